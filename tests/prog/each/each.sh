# Sourced by the tests of weir-each, after sh.sh.
PATH=$BIN:$PATH
# notes N [SUBJECTS [PREFIX]]: N notes, over so many subjects in turn.
notes() {
	awk -v n="$1" -v s="${2:-1}" -v p="${3:-n}" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "{\"type\":\"NoteWritten\",\"subject\":\"%s/%d\",\"data\":{\"text\":\"%s%d\"}}\n", p, i % s, p, i
	}' | weir-append
}
# lines FILE N: true when FILE has at least N lines.
lines() { [ -f "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }
# ends PID: true when it runs no more.
ends() { ! kill -0 "$1" 2>/dev/null; }
# words TEXT: on one line.
words() { tr '\n' ' '; }
