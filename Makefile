# One Makefile builds everything (GNU make).  `make help` lists targets.

VERSION := 0.1.0

# What there is.  A unit is a folder of src/ and bears its name: lib<name>, or
# <name> for the program bin/weir-<name>; src/weir is bin/weir itself.
LIBS  := core event log bus daemon media ts auth model keys session sandbox ingest ff decode tape
PROGS := weir logd append cat verify schema channel bench segment rtmpd edged \
	up status backup restore each compact log rebuild show \
	forget retain clip token play probe ts transcode record-ingest replay-ingest push thumb pull srtd

# The libraries that each unit may use.  An #include outside this list does
# not compile and a call outside it does not link.
libcore.uses    :=
libevent.uses   := core
liblog.uses     := core event
libbus.uses     := core event
libdaemon.uses  := core
libmedia.uses   := core
libts.uses      := core media
libauth.uses    := core
libdecode.uses  := core media
libmodel.uses   := core event log keys
libkeys.uses    := core event
libsession.uses := core event log bus
libsandbox.uses := core
libingest.uses := core event bus media auth
libff.uses      := core media
libtape.uses    := core
weir.uses    := core
logd.uses    := core event log bus daemon keys
append.uses  := core event bus
cat.uses     := core event log bus keys
verify.uses  := core event log
backup.uses  := core event log keys
restore.uses := core event log keys
schema.uses  := core event
channel.uses := core event log bus auth session
bench.uses   := core event log bus
segment.uses := core event media sandbox
rtmpd.uses   := core event bus daemon media auth ingest
srtd.uses    := core event bus daemon media auth ingest ts
edged.uses   := core event log bus daemon keys media model auth
up.uses      := core event log daemon
status.uses  := core event log bus keys model
each.uses    := core event log bus daemon keys
forget.uses  := core event log bus
token.uses   := core auth
compact.uses := core event log bus
retain.uses  := core event log bus model
play.uses    := core event log bus media ff
pull.uses    := core media ingest ff sandbox
push.uses    := core media ff sandbox
clip.uses    := core event log bus auth model session
log.uses     := core event log
rebuild.uses := core event log keys model
show.uses    := core event log keys model
record-ingest.uses := core tape
replay-ingest.uses := core tape
ts.uses      := core media ts ingest sandbox
probe.uses   := core event log media decode model sandbox
transcode.uses := core event media sandbox
thumb.uses   := core event log bus daemon media decode model sandbox

# System libraries a unit needs, as pkg-config names (lmdb: -llmdb).
msgpack := $(shell pkg-config --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
libevent.pkgs  := $(msgpack) jansson
liblog.pkgs    := lmdb libsodium nettle
libbus.pkgs    := libczmq libzmq
libdaemon.pkgs := libczmq
libauth.pkgs   := libsodium libjwt libcrypto jansson
libmodel.pkgs  := $(msgpack) jansson
libkeys.pkgs   := libsodium
libdecode.pkgs := libavcodec libavutil libswscale
libsandbox.pkgs := libseccomp
libingest.pkgs := libczmq
libff.pkgs     := libavformat libavcodec libavutil
pull.pkgs   := libavfilter
channel.pkgs := jansson
edged.pkgs   := zlib jansson libsodium libczmq libzmq
edged.libs  := -lcivetweb
rtmpd.pkgs  := libssl libcrypto
segment.pkgs := libsodium
srtd.pkgs   := srt
status.pkgs := jansson
append.pkgs := libczmq libzmq
bench.pkgs  := libczmq libzmq
each.pkgs   := lmdb jansson libczmq libzmq
compact.pkgs := libczmq libzmq
retain.pkgs  := libczmq libzmq
log.pkgs    := lmdb jansson
verify.pkgs := libsodium
token.pkgs  := libsodium
probe.pkgs  := jansson
probe.libs  := -lm
transcode.pkgs := libavcodec libavfilter libswscale libswresample libavutil zimg
transcode.libs := -lpthread -lm
thumb.pkgs  := libczmq libzmq
thumb.libs  := -lm

# V names the build variant; each has its own objects, so none is stale.
V   ?= dev
O   := .build/$V
BIN := $(if $(filter dev,$V),bin,$O/bin)

CSTD := -std=c11 -D_GNU_SOURCE -include src/libcore/banned.h
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wwrite-strings -Wcast-qual -Wpointer-arith -Wvla -Wundef \
	-Wformat=2 -Wswitch-enum -fno-common $(if $(NOWERROR),,-Werror)
OPT.dev  := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT.asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
OPT.tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT.fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
OPT.cov  := -O0 -g --coverage
CFLAGS ?=
ALL_CFLAGS = $(CSTD) $(WARN) $(OPT.$V) $(CFLAGS) -MMD -MP

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all
binary = $(BIN)/$(if $(filter weir,$1),weir,weir-$1)
all: $(foreach p,$(PROGS),$(call binary,$p))

# The transitive closure of what unit $1 uses.
closure = $(sort $(foreach u,$($1.uses),$u $(call closure,lib$u)))
pkgs    = $(sort $(foreach u,$1 $(patsubst %,lib%,$(call closure,$1)),$($u.pkgs)))
# System headers are -isystem: their warnings are not ours to mend.
cflags  = $(if $(strip $1),$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $1)))
libs    = $(if $(strip $1),$(shell pkg-config --libs $1))
archive = $(1:%=$O/lib%.a)

# What makes old events new stands beside the schemas.
libevent.more := $(patsubst %.c,$O/%.o,$(wildcard schemas/*.c))
$O/schemas/%.o: schemas/%.c Makefile
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(ALL_CFLAGS) $(libevent.inc) -c -o $@ $<

# unit NAME: objects of one unit, and the unit tests beside it in tests/.
define unit
$1.obj  := $$(patsubst src/%.c,$O/%.o,$$(wildcard src/$1/*.c)) $$($1.more)
$1.body := $$(filter-out %/main.o,$$($1.obj))
$1.test := $$(patsubst tests/unit/%.c,$O/test/%,$$(wildcard tests/unit/$1/*_test.c))
$1.inc   = -Isrc/$1 $$($1.uses:%=-Isrc/lib%) \
	$(if $(filter libevent event,$1 $($1.uses)),-Ischemas) \
	$$(call cflags,$$($1.pkgs))
$1.lib   = -Wl,--start-group $$(call archive,$$(call closure,$1)) \
	-Wl,--end-group -Wl,--as-needed $$(call libs,$$(call pkgs,$1)) $$($1.libs)
$O/$1/%.o: src/$1/%.c Makefile
	@mkdir -p $$(@D)
	@echo "  cc $$<"
	@$$(CC) $$(ALL_CFLAGS) $$($1.inc) -c -o $$@ $$<
$O/test/$1/%: tests/unit/$1/%.c tests/lib/tap.h $$($1.body) \
    $$(call archive,$$(call closure,$1)) Makefile
	@mkdir -p $$(@D)
	@echo "  ld $$@"
	@$$(CC) $$(ALL_CFLAGS) -Itests/lib $$($1.inc) -o $$@ $$< $$($1.body) $$($1.lib)
TESTS += $$($1.test)
OBJS  += $$($1.obj)
endef
$(foreach u,$(LIBS:%=lib%) $(PROGS),$(eval $(call unit,$u)))

$O/weir/main.o: private CFLAGS += -DWEIR_VERSION='"$(VERSION)"'

# This one decides for our libraries whether there is memory.
$O/test/liblog/nomem_test: private CFLAGS += \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
# This one when weir-segment is killed.
$O/test/segment/killed_test: private CFLAGS += -Wl,--wrap=openat,--wrap=mkdirat \
	-Wl,--wrap=renameat,--wrap=unlinkat,--wrap=ftruncate,--wrap=fdatasync \
	-Wl,--wrap=write,--wrap=writev

define library
$O/$1.a: $$($1.obj)
	@rm -f $$@ && $$(AR) rcs $$@ $$^
endef
define program
$(call binary,$1): $$($1.obj) $$(call archive,$$(call closure,$1))
	@mkdir -p $$(@D)
	@echo "  ld $$@"
	@$$(CC) $$(ALL_CFLAGS) $$(LDFLAGS) -o $$@ $$($1.obj) $$($1.lib)
endef
$(foreach u,$(LIBS:%=lib%),$(eval $(call library,$u)))
$(foreach u,$(PROGS),$(eval $(call program,$u)))
-include $(OBJS:.o=.d)

# The pages: npm's packages as the lock file has them, then one bundle.
WWW := .build/www/index.html
WEB_SRCS := $(wildcard src/web/*.*)
WEB_LOCK := src/web/node_modules/.package-lock.json
.PHONY: web
all: web
web: $(WWW)
$(WEB_LOCK): src/web/package-lock.json
	@echo "  npm ci"
	@cd src/web && npm ci --loglevel=error --no-audit --no-fund && touch node_modules/.package-lock.json
$(WWW): $(WEB_SRCS) $(WEB_LOCK)
	@echo "  web $(@D)"
	@node src/web/build.mjs $(@D)

##@ a machine
# Debian packages by what needs them; .ci/deps explains a|b and cmd?a.
DEPS.build := gcc libc6-dev binutils pkg-config|pkgconf libzmq3-dev \
	libczmq-dev libcivetweb-dev liblmdb-dev libmsgpack-dev|libmsgpack-c-dev libjansson-dev \
	libsodium-dev libsrt-openssl-dev|libsrt-gnutls-dev nettle-dev zlib1g-dev libjwt-dev libssl-dev libseccomp-dev \
	libavformat-dev libavcodec-dev libavutil-dev libavfilter-dev libswscale-dev \
	libswresample-dev libzimg-dev node?nodejs npm?npm
DEPS.demo  := ffmpeg
DEPS.install := lowdown
DEPS.test  := ffmpeg srt-tools tc?iproute2 prove?perl python3?python3 curl jq lowdown groff-base chromium \
	gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
	gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav \
	nats-server kcat redis-server varnish hitch nginx libnginx-mod-rtmp openssl
DEPS.check := clang libclang-rt-14-dev|libclang-rt-19-dev clang-format \
	shellcheck systemd valgrind
DEPS.bench := redis-server nats-server postgresql libsqlite3-dev sqlite3 \
	nginx-light libnginx-mod-rtmp libnginx-mod-nchan varnish hitch openssl wrk ffmpeg chromium
FOR ?= build demo test check
.PHONY: deps
deps:				## install what is missing, FOR build demo test check bench
	@.ci/deps $(patsubst %,'%',$(sort $(foreach f,$(FOR),$(DEPS.$f))))
# What a bare machine may be asked begins with this: variables above were
# made before the packages came, so the work is done by a make of its own.
with-deps = @$(MAKE) --no-print-directory deps FOR='$1' && \
	$(MAKE) --no-print-directory $2

# Programs that break the disk, the memory and the clock under the log.
TORTURE := $(addprefix $O/torture/,fault.so steps.so coder.so drive replay project)
$O/torture/%.so: tests/torture/%.c tests/torture/trace.h Makefile
	@mkdir -p $(@D)
	@echo "  ld $@"
	@$(CC) $(CSTD) $(WARN) -O1 -g -fPIC -shared \
	    $(if $(filter dev,$V),-DFAULT_MALLOC) -o $@ $<
$O/torture/%: tests/torture/%.c tests/torture/disk.c $(wildcard tests/torture/*.h) \
    $(verify.body) $(call archive,$(call closure,verify)) Makefile
	@mkdir -p $(@D)
	@echo "  ld $@"
	@$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -Isrc/verify $(verify.inc) -o $@ \
	    $< tests/torture/disk.c $(verify.body) $(verify.lib)

##@ everyday
.PHONY: test run-tests asan tsan valgrind cov fuzz
SH_TESTS := $(sort $(wildcard tests/prog/*/[0-9]*.sh tests/pipe/[0-9]*.sh))
# Instruments for C find nothing more in a browser.
WEB_TESTS := $(if $(filter dev,$V),$(sort $(wildcard tests/browser/[0-9]*.mjs)))
test:				## unit, program, pipeline and browser tests
	+$(call with-deps,build test,run-tests)
run-tests: all $(TESTS) $(TORTURE)
	BIN=$(CURDIR)/$(BIN) TORTURE=$(CURDIR)/$O/torture PATH=$(CURDIR)/$(BIN):$$PATH \
	    $(if $(filter dev,$V),,COMMITS=3 SAMPLES=1) prove -f -j3 \
	    -e '' $(TESTS) $(SH_TESTS) $(WEB_TESTS)
asan tsan cov:			## the same tests under that instrumentation
	$(MAKE) V=$@ test
# Each of these runs short in "test"; here it goes on for minutes.
.PHONY: torture run-torture
torture:			## kills, power cuts and faults under the log
	+$(call with-deps,build test,run-torture)
run-torture: all $(TESTS) $(TORTURE)
	BIN=$(CURDIR)/$(BIN) TORTURE=$(CURDIR)/$O/torture PATH=$(CURDIR)/$(BIN):$$PATH \
	    ROUNDS=200 EACH=6000 SEEDS=3 COMMITS=20 SAMPLES=4 \
	    prove -f --timer $(sort $(wildcard tests/prog/logd/[2-6]*.sh) \
	        $(wildcard tests/prog/rebuild/[2-4]*.sh)) \
	    tests/prog/compact/20-kill.sh
valgrind: $(TESTS)		## the unit tests under valgrind
	prove -e 'valgrind -q --error-exitcode=99 --leak-check=full' $(TESTS)

.PHONY: demo run-demo
demo:				## a platform with real footage on it, until ^C
	+$(call with-deps,build demo,run-demo)
run-demo: all
	@pipelines/demo

SECS ?= 5
# tests/fuzz/<folder of src>/<name>_fuzz.c is linked with that unit and what
# it uses, everything built by clang under the fuzzer's instrumentation.
define fuzzer
$1.fuzz := $$(patsubst tests/fuzz/%.c,.build/fuzz/bin/%,$$(wildcard tests/fuzz/$1/*_fuzz.c))
.build/fuzz/bin/$1/%: tests/fuzz/$1/%.c $$(if $$(filter fuzz,$V),$$($1.body) $$(call archive,$$(call closure,$1)))
	@mkdir -p $$(@D)
	@echo "  ld $$@"
	@clang $$(CSTD) $$(OPT.fuzz) -fsanitize=fuzzer $$($1.inc) -o $$@ $$< $$($1.body) $$($1.lib)
FUZZ += $$($1.fuzz)
endef
$(foreach u,$(LIBS:%=lib%) $(PROGS),$(eval $(call fuzzer,$u)))
.PHONY: fuzzers
fuzzers: $(FUZZ)
fuzz:				## SECS seconds of each fuzzer, from its seeds
	@$(MAKE) V=fuzz CC=clang NOWERROR=1 fuzzers
	@for f in $(FUZZ:.build/fuzz/bin/%=%); do d=tests/fuzz/$$f.seeds; \
	  mkdir -p .build/corpus/$$f; echo "fuzz $$f"; \
	  .build/fuzz/bin/$$f -max_total_time=$(SECS) -verbosity=0 .build/corpus/$$f \
	    $$(test -d $$d && echo $$d) || exit 1; done

# Load that no package brings is in C; what runs it and its peers, in Node.
# Where a peer's library is not there its rows say so.
.PHONY: bench run-bench
unpack.load := $(msgpack)
rungs.load := libavcodec libavformat libswscale libavutil
lag.load := libavformat libavcodec libavutil
sqlite.load := sqlite3
no-sqlite := $(if $(shell pkg-config --exists sqlite3 || echo n),tests/bench/sqlite.c)
BENCH := $(patsubst tests/bench/%.c,.build/bench/%, \
	$(filter-out $(no-sqlite),$(wildcard tests/bench/*.c)))
.build/bench/%: tests/bench/%.c $O/bench/sample.o $O/libcore.a Makefile
	@mkdir -p $(@D)
	@echo "  ld $@"
	@$(CC) $(CSTD) $(WARN) -O2 -Isrc/bench -Isrc/libcore $(call cflags,$($*.load)) \
	    -o $@ $< $(filter %.o %.a,$^) $(call libs,$($*.load))
bench:				## figures beside those of peers, ROUNDS of them
	+$(call with-deps,build bench,run-bench)
run-bench: all $(BENCH)
	@BIN=$(CURDIR)/$(BIN) node tests/bench/bench.mjs

##@ before a commit
.PHONY: check check-format check-headers check-shell check-tidy check-layout \
    check-globals check-web check-systemd
SRCS := $(sort $(wildcard src/*/*.[ch] schemas/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch]))
check:				## all of it
	+$(call with-deps,build test check,check-format check-headers check-shell \
	    check-layout check-globals check-web check-systemd test asan)
check-format:			## clang-format would change nothing
	@clang-format --dry-run -Werror $(SRCS)
check-headers:			## every header compiles by itself
	@for h in $(wildcard src/*/*.h); do \
	  $(CC) $(CSTD) $(WARN) -I$${h%/*} $(LIBS:%=-Isrc/lib%) -Ischemas \
	    $(call cflags,$(call pkgs,$(LIBS:%=lib%) $(PROGS))) -fsyntax-only -x c $$h \
	    -Wno-unused-function || exit 1; done
check-shell:			## shellcheck on every script
	@shellcheck -x -P SCRIPTDIR -s sh $(SH_TESTS) tests/lib/*.sh tests/lib/record/curl
	@shellcheck -x -P SCRIPTDIR .ci/* $(wildcard pipelines/*)
check-web: $(WEB_LOCK)		## types and format of the pages and their tests
	cd src/web && npx --no-install tsc --noEmit
	cd src/web && npx --no-install prettier --check --log-level warn . ../../tests/browser ../../tests/bench
check-tidy:			## clang-tidy
	clang-tidy --quiet $(wildcard src/*/*.c) -- $(CSTD) $(LIBS:%=-Isrc/lib%)
check-layout:			## the top level holds only what it may
	@git ls-files 2>/dev/null | cut -d/ -f1 | sort -u | grep -vxE \
	  'bin|src|pipelines|schemas|tests|systemd|docs|Makefile|README.*|LICENSE|\..*' \
	  && { echo 'unexpected at top level'; exit 1; } || :

# A writable variable outside a function is hidden state.  The ones allowed:
GLOBALS := prog|ff_said
# Constants that hold pointers are in .data.rel.ro: written by the loader only.
check-globals: all		## no writable globals but those in GLOBALS
	@nm -A -f sysv --defined-only $(OBJS) | awk -F'[|]' '$$3 ~ /[BbDdC]/ && \
	  $$7 !~ /[.]data[.]rel[.]ro/ {sub(/ +$$/, "", $$1); sub(/:/, " ", $$1); print $$1}' | \
	  grep -vE ' ($(GLOBALS))([.][0-9]+)?$$' && { echo 'hidden globals'; exit 1; } || :

# The programs must be there for systemd-analyze: those built here are.
check-systemd: all		## systemd takes the units, and finds them closed
	@rm -rf $O/units && mkdir -p $O/units && cp systemd/*.target systemd/*.timer $O/units
	@for u in $(notdir $(wildcard systemd/*.service)); do \
	  sed 's|/usr/local/bin|$(CURDIR)/$(BIN)|;s|/usr/local/lib/weir|$(CURDIR)|' systemd/$$u >$O/units/$$u; done
	systemd-analyze verify --man=no $O/units/*
	@for u in systemd/*.service; do \
	  systemd-analyze security --no-pager --offline=true --threshold=15 $$u | \
	    tail -n 1; done

##@ a host
PREFIX  ?= /usr/local
DESTDIR ?=
stage   := $O/stage
# What is installed, as a tree: uninstall takes away the same files.
.PHONY: stage install uninstall
stage: all
	@rm -rf $(stage)
	@install -D -m 755 -t $(stage)/bin $(foreach p,$(PROGS),$(call binary,$p))
	@for p in $(filter-out %/demo,$(wildcard pipelines/*)); do \
	  install -D -m 755 -t $(stage)/lib/weir/pipelines $$p; done
	@[ ! -d .build/www ] || { mkdir -p $(stage)/share/weir && \
	  cp -R .build/www $(stage)/share/weir/www; }
	@mkdir -p $(stage)/lib/systemd/system && for u in systemd/*.service; do \
	  sed 's|/usr/local|$(PREFIX)|' $$u >$(stage)/lib/systemd/system/$${u##*/}; done
	@install -D -m 644 -t $(stage)/lib/systemd/system systemd/weir.target systemd/*.timer
	@install -D -m 644 systemd/weir.sysusers $(stage)/lib/sysusers.d/weir.conf
	@install -D -m 644 systemd/weir.tmpfiles $(stage)/lib/tmpfiles.d/weir.conf
	@install -D -m 644 -t $(stage)/share/doc/weir LICENSE systemd/weir.conf docs/*.md
	@install -D -m 644 src/weir/completion.bash $(stage)/share/bash-completion/completions/weir
	@command -v lowdown >/dev/null || { echo 'no lowdown: no manual pages'; exit 0; }; \
	for d in $$(grep -l '^section: ' docs/*.md); do \
	  n=$$(sed -n '1,3s/^section: *//p' $$d) t=$$(sed -n '1,3s/^title: *//p' $$d); \
	  mkdir -p $(stage)/share/man/man$$n && \
	  lowdown -s -tman -o $(stage)/share/man/man$$n/$$t.$$n $$d || exit 1; done
install: stage			## into PREFIX (/usr/local), below DESTDIR
	@cd $(stage) && find . -type f -printf '%m %P\n' | while read -r m f; do \
	  install -D -m $$m $$f '$(DESTDIR)$(PREFIX)'/$$f || exit 1; done
	@echo 'installed into $(DESTDIR)$(PREFIX); docs/operating.md tells how to go on'
uninstall: stage		## take away what install put there
	@cd $(stage) && find . -type f -printf '%P\n' | while read -r f; do \
	  rm -f '$(DESTDIR)$(PREFIX)'/$$f; done
	@cd '$(DESTDIR)$(PREFIX)' && find lib/weir share/weir share/doc/weir \
	  -depth -type d -empty -delete 2>/dev/null || :

##@ other
docs/events.md: schemas/*.def all	## the page of events, from the tables
	$(BIN)/weir-schema --markdown >$@
.PHONY: format clean help
format:				## rewrite with clang-format
	clang-format -i $(SRCS)
	cd src/web && npx --no-install prettier --write --log-level warn . ../../tests/browser ../../tests/bench
clean:				## remove everything built
	rm -rf .build bin/weir bin/weir-*
help:				## this list
	@sed -n 's/^##@ /\n/p; s/^\([a-z][a-z -]*\):.*##/  \1:/p' Makefile
