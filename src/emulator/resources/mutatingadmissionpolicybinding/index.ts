import { kindNames } from '../names.ts';
import { policyBinding } from '../policy-binding.ts';

/** MutatingAdmissionPolicyBinding: where a policy would hold. */
export default policyBinding(
  kindNames('MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  'V1MutatingAdmissionPolicyBinding',
);
