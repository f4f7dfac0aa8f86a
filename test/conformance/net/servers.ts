// What the pods of the recorded cluster serve, as configurations of nginx.

/** A web pod: its own name on 8080. */
export const webSite = `events {}
http {
  default_type text/plain;
  server { listen 8080; location / { return 200 "$hostname\\n"; } }
}
`;

/** The ingress controller's pod: what it answers for each host, without the backends behind it. */
export const ingressSite = (protocols: string) => `events {}
http {
  default_type text/html;
  server_tokens off;
  ssl_protocols ${protocols};
  server {
    listen 80; listen 443 ssl; server_name _; return 404;
    ssl_certificate /etc/nginx/own.crt; ssl_certificate_key /etc/nginx/own.key;
  }
  server {
    listen 443 ssl; server_name shop.example.com; default_type text/plain; return 200 "shop\\n";
    ssl_certificate /etc/nginx/shop.crt; ssl_certificate_key /etc/nginx/shop.key;
  }
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

/** The API server's stand-in: it knows nobody. */
export const apiSite = (protocols: string) => `events {}
http {
  default_type application/json;
  server {
    listen 6443 ssl; ssl_protocols ${protocols};
    ssl_certificate /etc/nginx/api.crt; ssl_certificate_key /etc/nginx/api.key;
    return 401 '{\n  "kind": "Status",\n  "code": 401\n}\n';
  }
}
`;

/** The machine outside: it tells which host was asked for. */
export const outsideSite = (protocols: string) => `events {}
http {
  default_type text/plain;
  server {
    listen 443 ssl; return 200 "real site\\n"; ssl_protocols ${protocols};
    ssl_certificate /etc/nginx/real.crt; ssl_certificate_key /etc/nginx/real.key;
  }
  server { listen 80; location / { return 200 "host header: $host\\n"; } }
}
`;
