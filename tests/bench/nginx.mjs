// A private nginx: its own configuration, in a directory of its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { start, until } from './host.mjs';

export function version() {
	const { stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
	return `nginx ${/nginx\/(\S+)/.exec(stderr)[1]}`;
}

const module_path = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

// BODY stands beside the events block; with RTMP the module is loaded.
export async function nginx(
	dir,
	body,
	{ rtmp = false, workers = 'auto', modules = [], connections = 2048 } = {},
) {
	const conf = join(dir, 'nginx.conf');
	const pid = join(dir, 'nginx.pid');
	if (rtmp && !existsSync(module_path)) {
		throw new Error('libnginx-mod-rtmp is not installed');
	}
	writeFileSync(
		conf,
		`${rtmp ? `load_module ${module_path};\n` : ''}
${modules.map((m) => `load_module ${m};\n`).join('')}
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes ${workers};
pid ${pid};
error_log ${join(dir, 'error.log')} warn;
worker_rlimit_nofile ${2 * connections};
events { worker_connections ${connections}; }
${body}
`,
	);
	const server = start('nginx', ['-p', dir, '-c', conf, '-e', 'stderr']);
	await until('nginx', () => {
		if (server.exitCode !== null) {
			throw new Error(`nginx ended: ${server.said}`);
		}
		return existsSync(pid) && readFileSync(pid, 'utf8') !== '';
	});
	return server;
}

// The http block that serves files of DIR on PORT.
export const http = (dir, port) => `
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	tcp_nodelay on;
	keepalive_timeout 60s;
	keepalive_requests 1000000000;
	open_file_cache off;
	client_body_temp_path ${dir}/body;
	proxy_temp_path ${dir}/proxy;
	fastcgi_temp_path ${dir}/fastcgi;
	uwsgi_temp_path ${dir}/uwsgi;
	scgi_temp_path ${dir}/scgi;
	types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s mp4; }
	server { listen 127.0.0.1:${port} backlog=1024; root ${dir}; }
}`;
