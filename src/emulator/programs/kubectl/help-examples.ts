type Example = readonly [what: string, line: string];

const examples: Readonly<Record<string, readonly Example[]>> = {
  'kubectl create clusterrole': [
    [
      'Who may read pods in all namespaces',
      'kubectl create clusterrole read --verb=get,list --resource=pods',
    ],
    [
      'Who may ask for the health',
      'kubectl create clusterrole health --verb=get --non-resource-url=/healthz',
    ],
  ],
  'kubectl create clusterrolebinding': [
    [
      'Make two users administrators',
      'kubectl create clusterrolebinding boss --clusterrole=cluster-admin --user=ann --user=bo',
    ],
  ],
  'kubectl create configmap': [
    [
      'From two values',
      'kubectl create configmap conf --from-literal=color=blue --from-literal=size=9',
    ],
    ['From the files of a directory', 'kubectl create configmap conf --from-file=conf.d/'],
    ['From a file of key=value lines', 'kubectl create configmap conf --from-env-file=app.env'],
  ],
  'kubectl create cronjob': [
    [
      'A job for every five minutes',
      'kubectl create cronjob tick --image=busybox --schedule="*/5 * * * *" -- date',
    ],
  ],
  'kubectl create job': [
    ['A job of one command', 'kubectl create job once --image=busybox -- date'],
    ['A job as a cron job would start it', 'kubectl create job now --from=cronjob/tick'],
  ],
  'kubectl create namespace': [['A namespace', 'kubectl create namespace shop']],
  'kubectl create poddisruptionbudget': [
    [
      'One pod at least stays',
      'kubectl create poddisruptionbudget web --selector=app=web --min-available=1',
    ],
    ['Half of the pods stay', 'kubectl create pdb web --selector=app=web --min-available=50%'],
  ],
  'kubectl create priorityclass': [
    [
      'A class above the others',
      'kubectl create priorityclass high --value=1000 --description="goes first"',
    ],
    [
      'The class of those that name none',
      'kubectl create priorityclass usual --value=10 --global-default=true',
    ],
  ],
  'kubectl create quota': [
    ['Limits for a namespace', 'kubectl create quota hall --hard=cpu=2,memory=1Gi,pods=5'],
    [
      'A quota for pods of one scope',
      'kubectl create quota best --hard=pods=10 --scopes=BestEffort',
    ],
  ],
  'kubectl create role': [
    ['Who may read pods', 'kubectl create role read --verb=get --verb=list --resource=pods'],
    [
      'A group and a subresource',
      'kubectl create role scale --verb=update --resource=deployments.apps/scale',
    ],
  ],
  'kubectl create rolebinding': [
    [
      'Give a role to a service account',
      'kubectl create rolebinding read --role=read --serviceaccount=shop:web',
    ],
  ],
  'kubectl create secret docker-registry': [
    [
      'For a registry of your own',
      'kubectl create secret docker-registry reg --docker-username=me --docker-password=pw',
    ],
    [
      'From a file of docker',
      'kubectl create secret docker-registry reg --from-file=.docker/config.json',
    ],
  ],
  'kubectl create secret generic': [
    ['From a value', 'kubectl create secret generic db --from-literal=password=s3cret'],
    [
      'From a file under another key',
      'kubectl create secret generic key --from-file=id=./id_ed25519',
    ],
  ],
  'kubectl create secret tls': [
    [
      'From a certificate and its key',
      'kubectl create secret tls web --cert=web.crt --key=web.key',
    ],
  ],
  'kubectl create service clusterip': [
    ['Port 80 to port 8080 of the pods', 'kubectl create service clusterip web --tcp=80:8080'],
    ['Without an address of its own', 'kubectl create service clusterip web --clusterip="None"'],
  ],
  'kubectl create service externalname': [
    [
      'Another name for a host',
      'kubectl create service externalname db --external-name db.example.com',
    ],
  ],
  'kubectl create service loadbalancer': [
    ['Port 80 from outside', 'kubectl create service loadbalancer web --tcp=80:8080'],
  ],
  'kubectl create service nodeport': [
    ['A port of the nodes', 'kubectl create service nodeport web --tcp=80:8080 --node-port=30080'],
  ],
  'kubectl create serviceaccount': [['A service account', 'kubectl create serviceaccount web']],
  'kubectl create token': [
    ['A token of a service account', 'kubectl create token web'],
    ['One that ends after ten minutes', 'kubectl create token web --duration 10m'],
    ['One for another audience', 'kubectl create token web --audience https://example.com'],
  ],
  'kubectl set env': [
    ['Set a variable', 'kubectl set env deployment/web COLOR=blue'],
    ['Show what is set', 'kubectl set env deployment/web --list'],
    ['Take a variable away', 'kubectl set env deployment/web COLOR-'],
    ['All keys of a config map', 'kubectl set env --from=configmap/conf deployment/web'],
  ],
  'kubectl set image': [
    ['Another image for one container', 'kubectl set image deployment/web nginx=nginx:1.28'],
    ['The same for all containers', "kubectl set image deployment/web '*=nginx:1.28'"],
  ],
  'kubectl set resources': [
    [
      'Limits for all containers',
      'kubectl set resources deployment web --limits=cpu=200m,memory=512Mi',
    ],
    [
      'Requests for one of them',
      'kubectl set resources deployment web -c=nginx --requests=cpu=100m',
    ],
  ],
  'kubectl set selector': [
    ['Send a service to other pods', "kubectl set selector service web 'app=web,track=new'"],
  ],
  'kubectl set serviceaccount': [
    ['Another service account', 'kubectl set serviceaccount deployment web builder'],
  ],
  'kubectl set subject': [
    ['One more user for a binding', 'kubectl set subject rolebinding read --user=ann'],
    ['A service account', 'kubectl set subject rolebinding read --serviceaccount=shop:web'],
  ],
  'kubectl replace': [
    ['Put a file in the place of what is there', 'kubectl replace -f web.yaml'],
    ['Delete it and make it anew', 'kubectl replace --force -f web.yaml'],
  ],
  'kubectl rollout history': [
    ['All revisions', 'kubectl rollout history deployment/web'],
    ['One revision in full', 'kubectl rollout history deployment/web --revision=2'],
  ],
  'kubectl rollout pause': [['Hold changes back', 'kubectl rollout pause deployment/web']],
  'kubectl rollout restart': [
    ['New pods of the same kind', 'kubectl rollout restart deployment/web'],
    [
      'The same for all that carry a label',
      'kubectl rollout restart deployment --selector=app=web',
    ],
  ],
  'kubectl rollout resume': [
    ['Let changes through again', 'kubectl rollout resume deployment/web'],
  ],
  'kubectl rollout status': [['Wait for the rollout', 'kubectl rollout status deployment/web']],
  'kubectl rollout undo': [
    ['Back to the revision before', 'kubectl rollout undo deployment/web'],
    ['Back to a revision by its number', 'kubectl rollout undo deployment/web --to-revision=2'],
  ],
  'kubectl autoscale': [
    ['Between two and ten pods', 'kubectl autoscale deployment web --min=2 --max=10'],
    ['As the processors are used', 'kubectl autoscale deployment web --max=5 --cpu=80%'],
  ],
  'kubectl certificate approve': [['Approve a request', 'kubectl certificate approve ann']],
  'kubectl certificate deny': [['Deny a request', 'kubectl certificate deny ann']],
  'kubectl cluster-info': [['Where the control plane is', 'kubectl cluster-info']],
  'kubectl cluster-info dump': [
    ['Everything to standard output', 'kubectl cluster-info dump'],
    ['Everything to files', 'kubectl cluster-info dump --output-directory=/tmp/dump'],
    ['All namespaces', 'kubectl cluster-info dump --all-namespaces'],
  ],
  'kubectl top node': [
    ['All nodes', 'kubectl top node'],
    ['One of them', 'kubectl top node worker-1'],
  ],
  'kubectl top pod': [
    ['Pods of the namespace', 'kubectl top pod'],
    ['Containers of a pod', 'kubectl top pod web --containers'],
  ],
  'kubectl cordon': [['Take no more pods', 'kubectl cordon worker-1']],
  'kubectl uncordon': [['Take pods again', 'kubectl uncordon worker-1']],
  'kubectl drain': [
    ['Evict the pods of a node', 'kubectl drain worker-1 --ignore-daemonsets'],
    [
      'Also those that nobody would make again',
      'kubectl drain worker-1 --ignore-daemonsets --force',
    ],
  ],
  'kubectl port-forward': [
    ['Port 8080 here to port 80 of a pod', 'kubectl port-forward pod/web 8080:80'],
    ['The same through a service', 'kubectl port-forward service/web 8080:http'],
    ['A port here that is free', 'kubectl port-forward pod/web :80'],
    ['For others as well', 'kubectl port-forward --address 0.0.0.0 pod/web 8080:80'],
  ],
  'kubectl proxy': [
    ['The API on port 8001', 'kubectl proxy'],
    ['The API on another port', 'kubectl proxy --port=8011'],
    ['Files beside the API', 'kubectl proxy --www=./public/ --www-prefix=/static/'],
  ],
  'kubectl cp': [
    ['A file to a pod', 'kubectl cp conf.txt web:/tmp/conf.txt'],
    ['A file from a pod', 'kubectl cp shop/web:/etc/hostname ./hostname'],
    ['For one of its containers', 'kubectl cp conf.txt web:/tmp/ -c nginx'],
  ],
  'kubectl auth can-i': [
    ['May I create pods here', 'kubectl auth can-i create pods'],
    ['Everything that I may', 'kubectl auth can-i --list'],
    ['May a service account', 'kubectl auth can-i get pods --as=system:serviceaccount:shop:web'],
  ],
  'kubectl auth reconcile': [['Roles as a file has them', 'kubectl auth reconcile -f roles.yaml']],
  'kubectl auth whoami': [
    ['Who I am to the server', 'kubectl auth whoami'],
    ['The same as JSON', 'kubectl auth whoami -o json'],
  ],
  'kubectl events': [
    ['Events of the namespace', 'kubectl events'],
    ['Events about one pod, as they come', 'kubectl events --for pod/web --watch'],
    ['Warnings everywhere', 'kubectl events -A --types=Warning'],
  ],
  'kubectl diff': [
    ['What a file would change', 'kubectl diff -f web.yaml'],
    ['What comes in by a pipe', 'cat web.yaml | kubectl diff -f -'],
  ],
  'kubectl apply edit-last-applied': [
    ['Edit what was applied last', 'kubectl apply edit-last-applied deployment/web'],
  ],
  'kubectl apply set-last-applied': [
    ['Take a file for what was applied last', 'kubectl apply set-last-applied -f web.yaml'],
  ],
  'kubectl apply view-last-applied': [
    ['What was applied last', 'kubectl apply view-last-applied deployment/web'],
    ['The same as JSON', 'kubectl apply view-last-applied deployment/web -o json'],
  ],
  'kubectl kustomize': [
    ['Build the directory you are in', 'kubectl kustomize'],
    ['Build another one', 'kubectl kustomize overlays/prod'],
  ],
  'kubectl annotate': [
    ['Put an annotation on a pod', "kubectl annotate pods web note='for the demo'"],
    ['Take it away', 'kubectl annotate pods web note-'],
  ],
  'kubectl completion': [
    ['In this shell', 'source <(kubectl completion bash)'],
    ['In each shell to come', "echo 'source <(kubectl completion bash)' >> ~/.bashrc"],
  ],
  'kubectl alpha kuberc set': [
    [
      'A default for a flag',
      'kubectl alpha kuberc set --section defaults --command get --option output=wide',
    ],
    [
      'A command of your own',
      'kubectl alpha kuberc set --section aliases --name getn --command get --prependarg nodes',
    ],
  ],
  'kubectl alpha kuberc view': [
    ['As YAML', 'kubectl alpha kuberc view'],
    ['As JSON', 'kubectl alpha kuberc view --output json'],
  ],
  'kubectl api-resources': [
    ['All types', 'kubectl api-resources'],
    ['With their verbs', 'kubectl api-resources -o wide'],
    ['Those of one group', 'kubectl api-resources --api-group=networking.k8s.io'],
  ],
  'kubectl api-versions': [['All groups and versions', 'kubectl api-versions']],
  'kubectl config current-context': [['The context in use', 'kubectl config current-context']],
  'kubectl config delete-cluster': [['Forget a cluster', 'kubectl config delete-cluster lab']],
  'kubectl config delete-context': [['Forget a context', 'kubectl config delete-context lab']],
  'kubectl config delete-user': [['Forget a user', 'kubectl config delete-user ann']],
  'kubectl config get-clusters': [['All clusters', 'kubectl config get-clusters']],
  'kubectl config get-contexts': [
    ['All contexts', 'kubectl config get-contexts'],
    ['One of them', 'kubectl config get-contexts lab'],
  ],
  'kubectl config get-users': [['All users', 'kubectl config get-users']],
  'kubectl config rename-context': [['Another name', 'kubectl config rename-context lab home']],
  'kubectl config set': [
    ['Another address', 'kubectl config set clusters.lab.server https://192.0.2.1:6443'],
    ['Another namespace', 'kubectl config set contexts.lab.namespace shop'],
  ],
  'kubectl config set-cluster': [
    ['A cluster by its address', 'kubectl config set-cluster lab --server=https://192.0.2.1:6443'],
    [
      'Put its authority in',
      'kubectl config set-cluster lab --embed-certs --certificate-authority=ca.crt',
    ],
  ],
  'kubectl config set-context': [
    ['Another user for a context', 'kubectl config set-context lab --user=ann'],
    ['Work in another namespace', 'kubectl config set-context --current --namespace=shop'],
  ],
  'kubectl config set-credentials': [
    ['A token', 'kubectl config set-credentials ann --token=abc'],
    [
      'A certificate',
      'kubectl config set-credentials ann --client-certificate=ann.crt --client-key=ann.key',
    ],
    ['A program that gives credentials', 'kubectl config set-credentials ann --exec-command=login'],
  ],
  'kubectl config unset': [
    ['No namespace any more', 'kubectl config unset contexts.lab.namespace'],
  ],
  'kubectl config use-context': [['Work with another cluster', 'kubectl config use-context lab']],
  'kubectl config view': [
    ['All of it', 'kubectl config view'],
    ['With certificates and tokens', 'kubectl config view --raw'],
    [
      'The address in use',
      "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'",
    ],
  ],
  'kubectl plugin': [['All plugins', 'kubectl plugin list']],
  'kubectl plugin list': [
    ['All plugins', 'kubectl plugin list'],
    ['Their names alone', 'kubectl plugin list --name-only'],
  ],
  'kubectl version': [
    ['Of client and server', 'kubectl version'],
    ['Of the client alone', 'kubectl version --client'],
  ],
};

/** Examples in the help of a command, in words of our own; none where it has none. */
export function examplesOf(path: string): readonly Example[] {
  return examples[path] ?? [];
}
