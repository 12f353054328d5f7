#include "amount.h"
#include "conf.h"
#include "err.h"
#include "input.h"
#include "length.h"
#include "opt.h"
#include "sandbox.h"

#include <libavutil/log.h>
#include <malloc.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

enum { MAX_KBIT = 512, MIN_KBIT = 8, NO_CRF = 52, MAX_CORES = 256 };

/* What the command line says, as it stands there. */
struct words {
	const char *ladder, *preset, *tune, *encoder, *audio, *events, *restore,
	    *memory;
	uint64_t crf, threads, audio_kbit, rotate;
	bool live;
};

static int
take_ladder(const struct words *w, struct settings *set)
{
	const char *why = "";

	if (ladder_parse(&set->ladder, w->ladder, &why) == 0)
		return 0;
	err_msg("--ladder %s: %s", w->ladder, why);
	return -1;
}

static int
take_encoder(const struct words *w, struct settings *set)
{
	static const char *const presets[] = {"ultrafast", "superfast",
	    "veryfast", "faster", "fast", "medium", "slow", "slower",
	    "veryslow", NULL};
	size_t i = 0;

	while (presets[i] != NULL && strcmp(presets[i], w->preset) != 0)
		i++;
	if (presets[i] == NULL) {
		err_msg("--preset %s: want ultrafast, superfast, veryfast, "
			"faster, fast, medium, slow, slower or veryslow",
		    w->preset);
		return -1;
	}
	set->encoder.preset = w->preset;
	if (strcmp(w->tune, "none") == 0)
		set->encoder.tune = "";
	else if (strcmp(w->tune, "zerolatency") == 0 ||
		 strcmp(w->tune, "film") == 0 ||
		 strcmp(w->tune, "animation") == 0)
		set->encoder.tune = w->tune;
	else {
		err_msg("--tune %s: want zerolatency, film, animation or none",
		    w->tune);
		return -1;
	}
	set->encoder.crf = w->crf < NO_CRF ? (int)w->crf : -1;
	set->encoder.threads = (unsigned)w->threads;
	return 0;
}

static int
take_rest(const struct words *w, struct settings *set)
{
	if (strcmp(w->audio, "auto") == 0)
		set->sound.codec = SOUND_AUTO;
	else if (strcmp(w->audio, "aac") == 0)
		set->sound.codec = SOUND_AAC;
	else if (strcmp(w->audio, "opus") == 0)
		set->sound.codec = SOUND_OPUS;
	else {
		err_msg("--audio %s: want auto, aac or opus", w->audio);
		return -1;
	}
	set->sound.kbit = (unsigned)w->audio_kbit;
	if (w->rotate % 90 != 0) {
		err_msg("--rotate: want 0, 90, 180 or 270");
		return -1;
	}
	set->rotate = (unsigned)w->rotate;
	set->live = w->live;
	if (length_parse(w->restore, &set->restore_us) == -1 ||
	    set->restore_us == 0) {
		err_msg("--restore %s: want seconds (30, 2s) or milliseconds, "
			"up to 60 s",
		    w->restore);
		return -1;
	}
	return 0;
}

/* The cores that this process may use. */
static unsigned
cores(void)
{
	cpu_set_t set;
	int n = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > MAX_CORES ? MAX_CORES : (unsigned)n;
}

/*
 * Frames come and go: memory that goes back to the system each time is asked
 * for, and cleared, each time.
 */
static void
keep_memory(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, 16 * 1024 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
	(void)mallopt(M_TOP_PAD, 1024 * 1024);
}

/* Transcode standard input.  The exit code. */
static int
run(struct settings *set, const struct words *w)
{
	struct hardware hardware;
	struct sandbox sandbox = {.folder = -1, .threads = true};
	struct report *report = NULL;
	struct outlet *outlet = NULL;
	struct transcoder *t = NULL;
	int code = EXIT_TEMP;

	if (amount_parse_bytes(w->memory, &sandbox.memory_max_bytes) == -1) {
		err_msg("--memory %s: want bytes, as 512M or 2G", w->memory);
		return EXIT_PERM;
	}
	av_log_set_level(AV_LOG_QUIET);
	keep_memory();
	if (hardware_open(&hardware, w->encoder) == -1)
		return EXIT_PERM;
	sandbox.devices = hardware.kind != HARDWARE_NONE;
	set->encoder.hardware = &hardware;
	set->encoder.cores = cores();
	report = report_open(conf_text("WEIR_BROADCAST", NULL), w->events);
	outlet = outlet_open(STDOUT_FILENO, set->live);
	if (report != NULL && outlet != NULL &&
	    (t = transcoder_open(set, outlet, report)) != NULL &&
	    sandbox_enter(&sandbox) == 0)
		code = input_run(STDIN_FILENO, t, outlet);
	transcoder_close(t);
	outlet_close(outlet);
	report_close(report);
	hardware_close(&hardware);
	return code;
}

int
main(int argc, char *argv[])
{
	static const char *const env[] = {
	    "WEIR_LADDER     the ladder when --ladder is not given",
	    "WEIR_BROADCAST  the broadcast that events are about", NULL};
	struct words w = {
	    .ladder = conf_text("WEIR_LADDER", "source,720p,480p,360p"),
	    .preset = "veryfast",
	    .tune = "zerolatency",
	    .encoder = "auto",
	    .audio = "auto",
	    .restore = "30",
	    .memory = "2G",
	    .crf = NO_CRF};
	const struct opt opt[] = {
	    {'l', "ladder", "RUNGS",
		"renditions: source, audio, 720p, 480p:900 (kbit/s), ...",
		.text = &w.ladder},
	    {'L', "live", NULL,
		"never wait; give up renditions when time is short",
		.flag = &w.live},
	    {'p', "preset", "NAME", "x264's, from ultrafast on (veryfast)",
		.text = &w.preset},
	    {'t', "tune", "NAME",
		"zerolatency, film, animation or none (zerolatency)",
		.text = &w.tune},
	    {'c', "crf", "N",
		"constant quality below the rendition's rate, 0 to 51",
		.number = &w.crf, .max = NO_CRF - 1},
	    {'e', "encoder", "NAME",
		"auto, software, vaapi, nvenc or qsv (auto)",
		.text = &w.encoder},
	    {'a', "audio", "CODEC", "auto, aac or opus (auto)",
		.text = &w.audio},
	    {'A', "audio-rate", "KBIT", "kbit/s of sound (64 a channel)",
		.number = &w.audio_kbit, .min = MIN_KBIT, .max = MAX_KBIT},
	    {'r', "rotate", "DEGREES", "turn clockwise: 90, 180, 270",
		.number = &w.rotate, .max = 270},
	    {'E', "events", "FD|FILE", "where to tell what was given up",
		.text = &w.events},
	    {.name = "restore",
		.arg = "TIME",
		.help = "before what was given up is tried again (30)",
		.text = &w.restore},
	    {.name = "threads",
		.arg = "N",
		.help = "of each encoder (as it needs)",
		.number = &w.threads,
		.min = 1,
		.max = 16},
	    {.name = "memory",
		.arg = "BYTES",
		.help = "the most that is used (2G)",
		.text = &w.memory},
	    {.name = NULL}};
	const struct opt_program program = {.name = "weir-transcode",
	    .summary = "Read NUT on standard input, and write it on standard "
		       "output with renditions of its pictures",
	    .opt = opt,
	    .env = env};
	struct settings set = {0};
	int operand, code;

	if ((code = opt_parse(&program, argc, argv, &operand)) != OPT_RUN)
		return code;
	if (take_ladder(&w, &set) == -1 || take_encoder(&w, &set) == -1 ||
	    take_rest(&w, &set) == -1)
		return EXIT_PERM;
	return run(&set, &w);
}
