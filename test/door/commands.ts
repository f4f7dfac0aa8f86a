// What both clients are given, in order: one cluster lives through all of it.
const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports: [{name: http, containerPort: 80}]
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: shop, labels: {app: shop}}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue, "long": "first\\nsecond\\n"}
`;

/** Files that the commands read. */
export const files: Readonly<Record<string, string>> = {
  'shop.yaml': web,
  'more.yaml': web.replace('replicas: 2', 'replicas: 3').replace('colour: blue', 'colour: red'),
  'bad.yaml': web.replace('targetPort: http', 'targetPort: http, extra: 1'),
  'broken.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [}\n',
  'unknown.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n',
  'pod.json': JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'talker' },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo one; echo two'] }],
    },
  }),
  'k/kustomization.yaml': `resources: [settings.yaml]
namePrefix: pre-
sortOptions: {order: fifo}
configMapGenerator: [{name: made, literals: [a=b]}]
replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.colour}
  targets: [{select: {kind: ConfigMap, name: made}, fieldPaths: [data.a]}]
`,
  'k/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: blue, "y": n}\n',
  'patch.json': '{"metadata":{"labels":{"tier":"front"}}}',
};

const text = `
kubectl version
kubectl get nodes
kubectl get nodes -o wide
kubectl get nodes -o name
kubectl get ns
kubectl get pods
kubectl get pods -n kube-system
kubectl get svc -A
kubectl get all -n kube-system -o name
kubectl api-versions
kubectl cluster-info
kubectl config current-context
kubectl config get-contexts
kubectl config view -o jsonpath={.contexts[0].name}
kubectl auth can-i create pods
kubectl auth can-i delete nodes -A
kubectl create deployment web --image=nginx:1.27 --replicas=2 --port=80
kubectl create deployment web --image=nginx
kubectl rollout status deploy/web
kubectl get deploy,rs -o wide
kubectl get pods -l app=web -o wide
kubectl get pods -l app=web -o jsonpath={.items[*].metadata.name}
kubectl get deploy web -o yaml
kubectl get deploy web -o json
kubectl get deploy web -o jsonpath={.spec.template.spec.containers[0].image}
kubectl get deploy web -o go-template={{.metadata.name}}
kubectl get deploy web -o custom-columns=NAME:.metadata.name,N:.spec.replicas
kubectl get deploy web --show-labels
kubectl get deploy web -L app
kubectl get deploy web --no-headers
kubectl get deploy nothing
kubectl get nothing
kubectl get deploy nothing --ignore-not-found
kubectl describe deploy web
kubectl describe svc kubernetes
kubectl describe node worker-1
kubectl expose deploy web --port=80
kubectl expose deploy web --port=80
kubectl get svc web -o wide
kubectl get svc web -o yaml
kubectl describe svc web
kubectl get endpointslices -l kubernetes.io/service-name=web
kubectl get endpoints web
kubectl scale deploy web --replicas=3
kubectl scale deploy web --replicas=1 --current-replicas=7
kubectl wait --for=condition=Available deploy/web --timeout=60s
kubectl set image deploy/web nginx=nginx:1.28
kubectl rollout status deploy/web --timeout=120s
kubectl rollout history deploy/web
kubectl rollout history deploy/web --revision=1
kubectl rollout undo deploy/web
kubectl rollout status deploy/web
kubectl rollout restart deploy/web
kubectl rollout status deploy/web
kubectl rollout pause deploy/web
kubectl rollout resume deploy/web
kubectl set env deploy/web COLOUR=blue --dry-run=server -o yaml
kubectl set env deploy/web --list
kubectl set resources deploy/web --limits=cpu=200m --dry-run=client -o yaml
kubectl set selector svc web app=web2 --dry-run=client -o yaml
kubectl label deploy web tier=front
kubectl label deploy web tier=back
kubectl label deploy web tier=back --overwrite
kubectl label deploy web tier-
kubectl label pods -l app=web seen=yes --dry-run=server
kubectl annotate deploy web note=hello
kubectl annotate deploy web note-
kubectl annotate deploy web nothing-
kubectl patch deploy web -p {"spec":{"replicas":2}}
kubectl patch deploy web --type=merge -p {"spec":{"replicas":2}}
kubectl patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'
kubectl patch deploy web --type=json -p '[{"op":"replace","path":"/nope/x","value":2}]'
kubectl patch deploy web --patch-file patch.json
kubectl apply -f shop.yaml
kubectl apply -f shop.yaml
kubectl diff -f more.yaml
kubectl apply -f more.yaml
kubectl apply -f more.yaml -o name
kubectl apply -f bad.yaml
kubectl apply -f bad.yaml --validate=false
kubectl apply -f broken.yaml
kubectl apply -f unknown.yaml
kubectl apply -f none.yaml
kubectl rollout status deploy/shop
kubectl apply -f shop.yaml --server-side
kubectl apply -f shop.yaml --server-side --force-conflicts
kubectl apply view-last-applied cm/settings
kubectl apply -f shop.yaml --dry-run=server
kubectl apply -f shop.yaml --dry-run=client
kubectl get -f shop.yaml
kubectl get cm settings -o yaml
kubectl get cm settings -o yaml --show-managed-fields
kubectl get cm settings -o jsonpath={.data.colour}
kubectl describe cm settings
kubectl create -f pod.json
kubectl wait --for=jsonpath={.status.phase}=Succeeded pod/talker --timeout=60s
kubectl logs talker
kubectl logs talker --tail=1
kubectl logs talker -c nope
kubectl logs nothing
kubectl get pod talker
kubectl create configmap colours --from-literal=a=red --from-literal=b=blue
kubectl create configmap file --from-file=shop.yaml --dry-run=client -o yaml
kubectl create configmap colours --from-literal=a=red
kubectl create secret generic keys --from-literal=password=secret
kubectl get secret keys -o jsonpath={.data.password}
kubectl describe secret keys
kubectl create secret tls t --cert=none --key=none
kubectl create secret docker-registry r --docker-server=x --docker-username=u --docker-password=p
kubectl create namespace other
kubectl create serviceaccount robot
kubectl get sa robot -o yaml
kubectl create service clusterip plain --tcp=80:8080
kubectl create service nodeport np --tcp=80:8080 --node-port=30080
kubectl create service loadbalancer lb --tcp=80
kubectl create service externalname en --external-name=example.com
kubectl create ingress i --rule=example.com/=web:80
kubectl describe ingress i
kubectl get ingress i
kubectl run one --image=busybox --restart=Never -- sleep 3600
kubectl wait --for=condition=Ready pod/one --timeout=60s
kubectl exec one -- echo hi
kubectl exec one -- sh -c 'echo no >&2; exit 7'
kubectl exec one -- nothing
kubectl exec one -c nope -- ls
kubectl exec nothing -- ls
kubectl exec one -- cat /etc/hostname
kubectl get pod one -o jsonpath={.status.phase}
kubectl run one --image=busybox
kubectl run two --image=nginx --dry-run=client -o yaml
kubectl run two --image=nginx --port=80 --expose --dry-run=server
kubectl run Bad_Name --image=nginx
kubectl replace -f pod.json
kubectl replace --force -f pod.json
kubectl get pods --field-selector=status.phase=Running -o name
kubectl get pods --field-selector=nope=x
kubectl get pods -l 'app in (web,shop),tier!=back'
kubectl get pods -l 'app in web'
kubectl get pods --sort-by=.metadata.name -o name
kubectl get pods --chunk-size=2 -o name
kubectl get pod/one svc/web
kubectl get pods,svc -l app=shop
kubectl get --raw /healthz
kubectl get --raw /version
kubectl get --raw /nope
kubectl get --raw /api/v1/namespaces/default/configmaps/colours
kubectl cordon worker-2
kubectl uncordon worker-2
kubectl uncordon worker-2
kubectl taint node worker-2 key=value:NoSchedule
kubectl taint node worker-2 key-
kubectl top nodes
kubectl auth whoami
kubectl auth can-i frob pods
kubectl auth can-i get foo.bar
kubectl auth can-i get nodes
kubectl create role reader --verb=get,list --resource=pods,services
kubectl create rolebinding reader --role=reader --serviceaccount=default:robot
kubectl create clusterrole watcher --verb=watch --resource=nodes
kubectl create clusterrolebinding watcher --clusterrole=watcher --user=jane
kubectl auth can-i get pods --as=system:serviceaccount:default:robot
kubectl auth can-i delete pods --as=system:serviceaccount:default:robot
kubectl get secrets --as=jane
kubectl describe role reader
kubectl get role,rolebinding -o wide
kubectl create quota small --hard=pods=20,services=9
kubectl describe quota small
kubectl create poddisruptionbudget calm --selector=app=web --min-available=1
kubectl get pdb
kubectl create priorityclass high --value=1000 --description=important
kubectl get pc high -o yaml
kubectl create job sum --image=busybox -- sh -c 'echo 4'
kubectl wait --for=condition=complete job/sum --timeout=60s
kubectl get job sum
kubectl logs job/sum
kubectl create cronjob tick --image=busybox --schedule='0 1 * * *' -- date
kubectl get cronjob tick -o yaml
kubectl create job now --from=cronjob/tick
kubectl autoscale deploy web --min=1 --max=3 --cpu=80%
kubectl get hpa
kubectl explain deployment.spec.strategy
kubectl explain svc.spec.ports --recursive
kubectl explain nothing
kubectl api-resources --api-group=apps
kubectl api-resources -o name --namespaced=false
kubectl drain worker-2 --ignore-daemonsets --dry-run=client
kubectl events --for=deploy/web
kubectl cp shop.yaml one:/tmp/shop.yaml
kubectl exec one -- wc -c /tmp/shop.yaml
kubectl cp one:/tmp/shop.yaml back.yaml
kubectl attach nothing
kubectl attach talker
kubectl debug one --image=busybox --profile=nope
kubectl port-forward nothing 1:1
kubectl port-forward one x
kubectl kustomize none
kubectl certificate approve none
kubectl plugin list
kubectl get pods --as=nobody
kubectl get svc --sort-by=.spec.externalName
kubectl get pods --sort-by=.nope
kubectl get pods,nodes -A --no-headers
kubectl get deploy web --subresource=scale
kubectl get pods --subresource=status
kubectl get svc web -o YAML
kubectl get pods ..
kubectl get -f broken.yaml
kubectl label cm colours file a=b --resource-version=1
kubectl label cm colours a=b=c
kubectl set env deploy/web A=b --dry-run=client -o json
kubectl set image deploy/web =nginx
kubectl set selector svc web app!=x
kubectl taint node worker-2 a=b
kubectl taint node worker-2 a=b:NoSchedule a=c:NoSchedule
kubectl rollout history deploy
kubectl rollout status svc/web
kubectl rollout undo ds/nothing
kubectl wait pod one --for=condition=Nope --timeout=0
kubectl events --for=nope/web
kubectl exec -- ls
kubectl logs cm/settings
kubectl diff --nope
kubectl attach a b c
kubectl create configmap long --from-literal=a="$(seq -s ' ' 40)" --dry-run=client -o yaml
kubectl create deployment q --image=nginx --dry-run=server -o json
kubectl apply -f 'sh*.yaml' --dry-run=client
kubectl kustomize k
EDITOR='sed -i s/red/green/' kubectl edit cm/colours svc/web
EDITOR=cat kubectl edit cm colours -o json
EDITOR='sed -i s/red/pink/' kubectl apply edit-last-applied cm/colours
EDITOR='sed -i s/one/none/' kubectl create --edit -f k/settings.yaml
kubectl apply set-last-applied -f k/settings.yaml --create-annotation
kubectl get --raw nope
kubectl scale deploy web --replicas=1
kubectl delete pod one --grace-period=1
kubectl delete pod one
kubectl delete pod one --ignore-not-found
kubectl delete svc plain np lb en
kubectl delete deploy,svc -l app=shop
kubectl delete ns other
kubectl delete -f pod.json
kubectl delete deploy web
kubectl delete cm,secret --all
kubectl get all
`;

/** The commands; those of one line are one step. */
export const commands: readonly string[] = text
  .trim()
  .split('\n')
  .map((line) => line.replaceAll(/(?<=[ =])(\{[^' ]*\})/g, "'$1'"));
