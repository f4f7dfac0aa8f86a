import type { ClusterToolName } from './names.ts';

/** A small application to look at: a front, three replicas behind a Service, a database. */
const application = `apiVersion: v1
kind: Pod
metadata:
  name: client
  labels: { app: client }
spec:
  containers:
    - { name: tools, image: nicolaka/netshoot, command: [sleep, "86400"] }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - { name: web, image: nginx, ports: [{ containerPort: 80 }] }
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`;

const policies = `---
apiVersion: v1
kind: Pod
metadata:
  name: db
  labels: { app: db }
spec:
  containers:
    - { name: db, image: nginx }
---
apiVersion: v1
kind: Namespace
metadata:
  name: dev
  labels: { env: dev }
---
apiVersion: v1
kind: Pod
metadata:
  name: frontend
  namespace: dev
  labels: { app: frontend }
spec:
  containers:
    - { name: tools, image: nicolaka/netshoot, command: [sleep, "86400"] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db-allow
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { env: dev } }
        - podSelector: { matchLabels: { app: web } }
`;

/** What is applied before an explorable is shown. */
export function sampleOf(tool: ClusterToolName): string {
  return tool === 'matrix'
    ? application.replace('replicas: 3', 'replicas: 1') + policies
    : application;
}
