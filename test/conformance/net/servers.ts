// What the pods of the recorded cluster serve, as configurations of nginx.

/** A web pod: its own name on 8080. */
export const webSite = `events {}
http {
  default_type text/plain;
  server { listen 8080; location / { return 200 "$hostname\\n"; } }
}
`;

/** The ingress controller's pod: what it answers for each host, without the backends behind it. */
export const ingressSite = `events {}
http {
  default_type text/html;
  server_tokens off;
  server { listen 80; server_name _; return 404; }
  server { listen 80; server_name shop.example.com; return 308 https://$host$request_uri; }
  server { listen 80; server_name old.example.com; return 301 https://$host$request_uri; }
  server { listen 80; server_name nobackend.example.com; return 503; }
  server { listen 80; server_name badbackend.example.com; return 502; }
  server { listen 80; server_name slowbackend.example.com; return 504; }
  server {
    listen 80; server_name app.example.com; default_type text/plain;
    return 200 "web-6c5f4d8b9c-m4x9t\\n";
  }
}
`;

/** The machine outside: it tells which host was asked for. */
export const outsideSite = `events {}
http {
  default_type text/plain;
  server { listen 80; location / { return 200 "host header: $host\\n"; } }
}
`;
