import { kindNames } from '../names.ts';
import { policyBinding } from '../policy-binding.ts';

/** ValidatingAdmissionPolicyBinding: where a policy would hold. */
export default policyBinding(
  kindNames('ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  'V1ValidatingAdmissionPolicyBinding',
);
