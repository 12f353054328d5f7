# Sourced by the tests of weir-push, after sh.sh, live.sh and footage.sh: what
# receives.
# shellcheck shell=sh disable=SC2034,SC2154

# free_port: one that nobody listens at.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# platform CHANNEL...: a log and a weir-rtmpd; $CHANNEL_key is each one's key.
platform() {
	start weir-logd && start weir-rtmpd && rtmpd=$pid || return
	RTMP=rtmp://$(cat "$WEIR_RUN/rtmpd.addr")/live
	for c; do eval "${c}_key=$(weir-channel add "$c")"; done
}
# paced FILE...: NUT of FFmpeg's in real time, one file behind the other.
paced() {
	for f; do
		ffmpeg -nostdin -v quiet -re -i "$f" -c copy -f nut -write_index 0 -
	done
}
# told CHANNEL N TYPE: N events of TYPE are in its story.
told() { [ "$(weir-cat --json -s "live/$1" -t "$3" | wc -l)" -ge "$2" ]; }
# as_sent FILE: the pictures in it are those of one.nut.
as_sent() { [ "$(frames "$1")" = "$(frames "$T/one.nut")" ]; }
# said N TEXT FILE: at least N lines with it.
said() { [ "$(grep -c -e "$2" "$3")" -ge "$1" ]; }
# nginx_rtmp: nginx with its RTMP module, which records what comes into
# $T/nginx; its pid in $nginx, its address in $NGINX.  False: it is not there.
nginx_rtmp() {
	module=/usr/lib/nginx/modules/ngx_rtmp_module.so
	[ -e "$module" ] || return
	port=$(free_port)
	mkdir -p "$T/nginx"
	chmod 711 "$T"; chmod 777 "$T/nginx"
	cat >"$T/nginx.conf" <<-END
		load_module $module;
		daemon off; master_process off; pid $T/nginx/pid; error_log $T/nginx/log;
		events {}
		rtmp { access_log off; server { listen 127.0.0.1:$port; application live {
			live on; record all; record_path $T/nginx; record_unique on; } } }
	END
	/usr/sbin/nginx -p "$T/nginx" -c "$T/nginx.conf" >"$T/nginx.out" 2>&1 &
	nginx=$!; pids="$pids $nginx"
	NGINX=rtmp://127.0.0.1:$port/live
	soon grep -q "$(printf ':%04X ' "$port")" /proc/net/tcp
}
