/** A part of the page: what it is about, in sentences, and what one types for it. */
export interface ConnectPart {
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly commands?: string;
  /** What is said after the commands. */
  readonly after?: readonly string[];
}

interface ConnectPage {
  readonly title: string;
  readonly lead: string;
  readonly parts: readonly ConnectPart[];
}

const serving = `Serving on https://127.0.0.1:6443, until Ctrl-C.
Bearer token of the administrator: …
export KUBECONFIG=/tmp/podways-4242/config`;

/** How to connect one's own clients, in both languages; commands are the same in both. */
export const connectTexts: Readonly<Record<'ko' | 'en', ConnectPage>> = {
  ko: {
    title: '진짜 클라이언트 잇기',
    lead: '코스의 클러스터를 내 컴퓨터에서 켜고, 늘 쓰던 kubectl과 k9s, Headlamp로 물어볼 수 있어요. 문을 하나 열고, 열쇠를 건네받으면 돼요.',
    parts: [
      {
        id: 'open',
        title: '문 열기',
        text: [
          '코스를 내려받은 폴더에서 아래 명령을 쳐요. 클러스터가 켜지고 API 서버가 **내 컴퓨터에서만** 기다려요. 브라우저 화면 속 클러스터와는 다른, 새 클러스터예요.',
        ],
        commands: 'npm run apiserver',
        after: [
          '이렇게 세 줄이 나와요. 마지막 줄이 열쇠예요. 여기에는 인증서가 든 kubeconfig 파일의 자리가 적혀 있어요.',
        ],
      },
      {
        id: 'kubectl',
        title: 'kubectl',
        text: [
          '**다른 터미널**을 열고 마지막 줄을 그대로 붙여 넣은 다음 물어보세요. 원래 쓰던 `~/.kube/config`는 건드리지 않고, 터미널을 닫으면 없던 일이 돼요.',
        ],
        commands: `export KUBECONFIG=/tmp/podways-4242/config
kubectl get nodes
kubectl run client --image=nicolaka/netshoot -- sleep infinity
kubectl exec -it client -- bash`,
        after: [
          '`logs -f`, `exec`, `attach`, `port-forward`, `get -w`도 돼요. 서버는 1.36처럼 말해요. kubectl은 위아래로 한 판까지 맞으니 1.35에서 1.37까지 쓰세요.',
        ],
      },
      {
        id: 'k9s',
        title: 'k9s',
        text: ['k9s도 같은 변수를 읽어요. 변수를 두지 않고 파일을 바로 알려 줘도 돼요.'],
        commands: 'k9s --kubeconfig /tmp/podways-4242/config',
        after: [
          '메트릭 서버가 없어서 CPU와 MEM 열은 `n/a`예요. 진짜 클러스터도 메트릭 서버가 없으면 그래요.',
        ],
      },
      {
        id: 'headlamp',
        title: 'Headlamp',
        text: [
          '데스크톱 앱은 `KUBECONFIG`를 둔 터미널에서 켜거나, 클러스터 추가에서 **kubeconfig 파일**을 골라요. 웹으로 띄운 Headlamp가 토큰을 물으면 첫 화면에 나온 둘째 줄의 토큰을 넣어요.',
        ],
        commands: 'headlamp-server -kubeconfig /tmp/podways-4242/config',
      },
      {
        id: 'options',
        title: '문을 다르게 열기',
        text: [
          '포트가 이미 쓰이고 있으면 다른 번호를 주세요. `0`이면 빈 포트를 골라요. `--http`는 인증서를 모르는 도구를 위해 HTTP 문을 하나 더 열어요.',
        ],
        commands: `npm run apiserver -- --port 7443
npm run apiserver -- --topology ten-nodes
npm run apiserver -- --http 8001
npm run apiserver -- --kubeconfig ./kubeconfig
npm run apiserver -- --help`,
        after: [
          '다른 컴퓨터에 열려면 `--address`를 주어야 해요. 그 문으로는 누구나 찾아올 수 있으니 토큰과 kubeconfig를 남에게 보이지 마세요.',
        ],
      },
      {
        id: 'trouble',
        title: '안 될 때',
        text: [
          '`connection refused`: 문이 닫혀 있어요. `npm run apiserver`가 아직 돌고 있는지, 포트가 같은지 보세요.',
          '`certificate signed by unknown authority`: 다른 때의 kubeconfig예요. 문을 열 때마다 인증 기관이 새로 생기니 그때 나온 파일을 쓰세요.',
          '`You must be logged in to the server (Unauthorized)`: 열쇠가 맞지 않아요. 마지막 줄을 다시 붙여 넣으세요.',
          '`Ctrl-C`를 누르면 문이 닫히고 클러스터도 사라져요. 같은 `--seed`로 켜면 똑같은 클러스터에서 다시 시작해요.',
        ],
      },
    ],
  },
  en: {
    title: 'Connect real clients',
    lead: 'Start the cluster of the course on your own machine, and ask it with the kubectl, k9s or Headlamp that you always use. It takes a door, and a key to it.',
    parts: [
      {
        id: 'open',
        title: 'Open the door',
        text: [
          'Type this in the folder of the course. A cluster starts, and its API server waits **on your machine only**. It is a new cluster, not the one of the page in your browser.',
        ],
        commands: 'npm run apiserver',
        after: [
          'It says three lines. The last one is the key: where the kubeconfig lies that has the certificates in it.',
        ],
      },
      {
        id: 'kubectl',
        title: 'kubectl',
        text: [
          'Open **another terminal**, paste that last line, and ask. Your own `~/.kube/config` is not touched, and with the terminal the setting is gone.',
        ],
        commands: `export KUBECONFIG=/tmp/podways-4242/config
kubectl get nodes
kubectl run client --image=nicolaka/netshoot -- sleep infinity
kubectl exec -it client -- bash`,
        after: [
          '`logs -f`, `exec`, `attach`, `port-forward` and `get -w` work as well. The server speaks as 1.36 does, and kubectl may be one version off: 1.35 to 1.37.',
        ],
      },
      {
        id: 'k9s',
        title: 'k9s',
        text: ['k9s reads the same variable. Or tell it the file.'],
        commands: 'k9s --kubeconfig /tmp/podways-4242/config',
        after: [
          'There is no metrics server, so the columns CPU and MEM say `n/a`, as they would in a real cluster without one.',
        ],
      },
      {
        id: 'headlamp',
        title: 'Headlamp',
        text: [
          'Start the desktop app from the terminal in which `KUBECONFIG` is set, or choose the **kubeconfig file** where you add a cluster. If a Headlamp on the web asks for a token, give it the one of the second line.',
        ],
        commands: 'headlamp-server -kubeconfig /tmp/podways-4242/config',
      },
      {
        id: 'options',
        title: 'Open it in another way',
        text: [
          'If the port is taken, choose another; `0` takes one that is free. `--http` opens a second door, of plain HTTP, for tools that know nothing of certificates.',
        ],
        commands: `npm run apiserver -- --port 7443
npm run apiserver -- --topology ten-nodes
npm run apiserver -- --http 8001
npm run apiserver -- --kubeconfig ./kubeconfig
npm run apiserver -- --help`,
        after: [
          'To open it to other machines, give an `--address`. Anybody can come to that door then, so show nobody the token and the kubeconfig.',
        ],
      },
      {
        id: 'trouble',
        title: 'When it does not work',
        text: [
          '`connection refused`: the door is shut. See whether `npm run apiserver` still runs, and whether the port is the same.',
          '`certificate signed by unknown authority`: the kubeconfig is of another time. Each door has an authority of its own, so take the file that it named.',
          '`You must be logged in to the server (Unauthorized)`: the key does not fit. Paste the last line again.',
          '`Ctrl-C` shuts the door, and the cluster goes with it. With the same `--seed` you begin in the very same cluster again.',
        ],
      },
    ],
  },
};

/** What the door says when it opens. */
export const doorSays = serving;
