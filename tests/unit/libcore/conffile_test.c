#include "conffile.h"
#include "file.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What was read, as KEY=[value] one after the other. */
struct seen {
	char text[512];
	size_t len;
};

static int
see(void *arg, const char *key, const char *value)
{
	struct seen *s = arg;

	s->len += (size_t)snprintf(
	    s->text + s->len, sizeof(s->text) - s->len, "%s=[%s]", key, value);
	return 0;
}

static int
stop(void *arg, const char *key, const char *value)
{
	(void)key;
	(void)value;
	++*(int *)arg;
	return 7;
}

static const struct {
	const char *in, *out;
	unsigned line; /* of the error, or 0 */
} cases[] = {
    {"", "", 0},
    {"A=1", "A=[1]", 0},
    {"A=1\nB=2\n", "A=[1]B=[2]", 0},
    {"  # c\n;c\n\n\t A=1 \t\r\n", "A=[1]", 0},
    {"A=\nB=  \n", "A=[]B=[]", 0},
    {"A= two words  ", "A=[two words]", 0},
    {"A=it's # here", "A=[it's # here]", 0},
    {"A=b=c", "A=[b=c]", 0},
    {"A='x \\ $ \" '", "A=[x \\ $ \" ]", 0},
    {"A=\"x \\\\ \\$ \\\" \\` \\n '\"", "A=[x \\ $ \" ` \\n ']", 0},
    {"A=\"\"", "A=[]", 0},
    {"_a9=\xc3\xa9", "_a9=[\xc3\xa9]", 0},
    {"A=1\nexport B=2", "A=[1]", 2},
    {"A =1", "", 1},
    {"=1", "", 1},
    {"9A=1", "", 1},
    {"A-B=1", "", 1},
    {"A", "", 1},
    {"A=\"x", "", 1},
    {"A='x\n'", "", 1},
    {"A='x'y", "", 1},
    {"A=\"x\\", "", 1},
    {"A=a\\b", "", 1},
    {"A=1\\\nB=2", "", 1},
    {"# c \\\nB=2", "", 1},
    {"A=\x01", "", 1},
    {"A=\xff", "", 1},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = {0};
		struct conffile_error e;
		int rc = conffile_parse(str_from(cases[i].in), see, &s, &e);
		bool bad = cases[i].line != 0;

		OK(rc == (bad ? -1 : 0));
		OK(strcmp(s.text, cases[i].out) == 0);
		OK(!bad || (errno == EBADMSG && e.line == cases[i].line &&
			       e.why != NULL));
	}
}

static void
test_limits(void)
{
	static char big[CONFFILE_MAX + 2];
	struct conffile_error e;
	struct seen s = {0};
	int calls = 0;

	memset(big, '#', sizeof(big));
	OK(conffile_parse((struct str){big, CONFFILE_MAX}, see, &s, &e) == 0);
	OK(conffile_parse((struct str){big, sizeof(big)}, see, &s, &e) == -1);
	OK(e.line == 0 && e.why != NULL && errno == EBADMSG);
	memset(big, 'A', sizeof(big));
	big[1] = '=';
	OK(conffile_parse((struct str){big, CONFFILE_MAX_LINE}, see, &s, &e) ==
	    -1);
	OK(e.line == 1 && errno == EBADMSG);
	OK(conffile_parse(STR("A=1\nB=2"), stop, &calls, &e) == 7);
	OK(calls == 1);
}

static void
test_file(void)
{
	char path[] = "/tmp/conffile.XXXXXX";
	const char *text = "WEIR_T_A=file\nWEIR_T_B='file'\nT_OTHER=file\n";
	struct conffile_error e;
	struct seen s = {0};
	int fd = mkstemp(path);

	OK(fd != -1);
	OK(file_write(fd, text, strlen(text)) == 0);
	OK(conffile_read(path, see, &s, &e) == 0);
	OK(strcmp(s.text, "WEIR_T_A=[file]WEIR_T_B=[file]T_OTHER=[file]") == 0);
	OK(setenv("WEIR_T_A", "mine", 1) == 0);
	OK(conffile_load(path) == 0);
	OK(strcmp(getenv("WEIR_T_A"), "mine") == 0);
	OK(strcmp(getenv("WEIR_T_B"), "file") == 0);
	OK(getenv("T_OTHER") == NULL);
	(void)close(fd);
	(void)unlink(path);
	OK(conffile_read(path, see, &s, &e) == -1);
	OK(errno == ENOENT && e.why == NULL);
	OK(conffile_read("/", see, &s, &e) == -1 && errno == EISDIR);
}

int
main(void)
{
	test_cases();
	test_limits();
	test_file();
	return tap_done();
}
