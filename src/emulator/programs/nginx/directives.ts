import type { Directive } from './parse.ts';

const split = (text: string) => text.trim().split(/\s+/);

/** Directives that are read, or that change nothing one can see here. */
const taken = new Set(
  split(`
  absolute_redirect access_log accept_mutex add_header aio alias autoindex
  autoindex_exact_size autoindex_localtime charset client_body_buffer_size client_body_timeout
  client_header_buffer_size client_header_timeout client_max_body_size daemon default_type
  directio env error_log error_page etag events gzip gzip_comp_level gzip_disable gzip_http_version
  gzip_min_length gzip_proxied gzip_static gzip_types gzip_vary http include index
  keepalive_requests keepalive_timeout large_client_header_buffers lingering_close listen location
  log_format log_not_found map_hash_bucket_size map_hash_max_size master_process multi_accept
  open_file_cache pcre_jit pid port_in_redirect reset_timedout_connection return root sendfile
  sendfile_max_chunk send_timeout server server_name server_name_in_redirect
  server_names_hash_bucket_size server_names_hash_max_size server_tokens ssl_buffer_size
  ssl_certificate ssl_certificate_key ssl_ciphers ssl_dhparam ssl_ecdh_curve
  ssl_prefer_server_ciphers ssl_protocols ssl_session_cache ssl_session_tickets
  ssl_session_timeout tcp_nodelay tcp_nopush
  thread_pool try_files types types_hash_bucket_size types_hash_max_size use user
  variables_hash_bucket_size variables_hash_max_size worker_connections worker_cpu_affinity
  worker_priority worker_processes worker_rlimit_nofile
  worker_shutdown_timeout underscores_in_headers`),
);

/** Directives of nginx that are not modelled: a configuration with them cannot be used here. */
const unmodelled = new Set(
  split(`
  allow auth_basic auth_basic_user_file auth_request auth_request_set break dav_methods deny expires
  fastcgi_param fastcgi_pass geo grpc_pass health_check if image_filter internal js_content
  js_import keyval limit_conn limit_conn_zone limit_rate limit_req limit_req_zone load_module mail
  map memcached_pass merge_slashes mirror perl proxy_buffer_size proxy_buffering proxy_buffers
  proxy_busy_buffers_size proxy_cache proxy_cache_path proxy_connect_timeout proxy_hide_header
  proxy_http_version proxy_intercept_errors proxy_next_upstream proxy_pass proxy_pass_header
  proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_timeout proxy_set_header
  proxy_ssl_verify random_index real_ip_header resolver resolver_timeout rewrite satisfy scgi_pass
  secure_link set set_real_ip_from split_clients ssi ssl ssl_client_certificate ssl_crl
  ssl_stapling ssl_trusted_certificate ssl_verify_client ssl_verify_depth stream
  stub_status sub_filter sub_filter_once upstream uwsgi_pass`),
);

const places: Readonly<Record<string, readonly string[]>> = {
  events: ['main'],
  http: ['main'],
  server: ['http'],
  location: ['server', 'location'],
  listen: ['server'],
  server_name: ['server'],
  worker_processes: ['main'],
  worker_connections: ['events'],
  return: ['server', 'location'],
  try_files: ['server', 'location'],
  root: ['http', 'server', 'location'],
  alias: ['location'],
  index: ['http', 'server', 'location'],
};
const blocks = new Set(['events', 'http', 'server', 'location', 'types']);
const oneWord = new Set([
  'root',
  'alias',
  'worker_processes',
  'worker_connections',
  'default_type',
]);

/** What nginx says of a directive in its place; undefined for one that is right. */
export function directiveProblem({ words, block }: Directive, context: string): string | undefined {
  const name = words[0] as string;
  if (unmodelled.has(name)) return `directive "${name}" is not modelled here`;
  if (!taken.has(name)) return `unknown directive "${name}"`;
  const allowed = places[name];
  if (allowed && !allowed.includes(context)) return `"${name}" directive is not allowed here`;
  if (blocks.has(name) && !block) return `directive "${name}" has no opening "{"`;
  if (!blocks.has(name) && block) return `directive "${name}" is not terminated by ";"`;
  const count = words.length - 1;
  const wrong =
    (oneWord.has(name) && count !== 1) ||
    (name === 'return' && (count < 1 || count > 2)) ||
    (name === 'listen' && count < 1) ||
    (name === 'location' && (count < 1 || count > 2));
  if (wrong) return `invalid number of arguments in "${name}" directive`;
  if (name === 'return' && count === 2 && !/^\d{1,3}$/.test(words[1] as string)) {
    return `invalid return code "${words[1]}"`;
  }
  if (name === 'listen') return listenProblem(words[1] as string);
  return undefined;
}

function listenProblem(text: string): string | undefined {
  const port = /:?(\d+)$/.exec(text)?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return `invalid port in "${text}" of the "listen" directive`;
  }
  const bad = /^[^:[\]]+:[^:\d][^:]*$/.test(text) && !text.startsWith('unix:');
  return bad ? `invalid port in "${text}" of the "listen" directive` : undefined;
}
