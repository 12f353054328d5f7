#include "job.h"
#include "clock.h"
#include "err.h"
#include "file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GRACE_US = 5 * 1000 * 1000 };

/*
 * All of INPUT as a file that has no name: a command that reads slowly, or
 * not at all, keeps nobody waiting, as a pipe would.
 */
static int
make_input(struct str input)
{
	int fd = memfd_create("event", MFD_CLOEXEC), saved;

	if (fd == -1)
		return -1;
	if (file_write(fd, input.p, input.len) == 0 &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

/* The child, with what may be called after fork only. */
static _Noreturn void
become(char *const argv[], char *const env[], int in, pid_t parent)
{
	static const char failed[] = "weir-each: the command cannot be run\n";
	sigset_t none;

	(void)setpgid(0, 0);
	/* Nobody else would wait for it, and its event will be run again. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_TEMP);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, STDIN_FILENO) == STDIN_FILENO) {
		closefrom(STDERR_FILENO + 1);
		(void)execvpe(argv[0], argv, env);
	}
	(void)!write(STDERR_FILENO, failed, sizeof(failed) - 1);
	_exit(EXIT_TEMP);
}

int
job_start(struct job *j, char *const argv[], char *const env[],
    struct str input, uint64_t timeout_s)
{
	pid_t parent = getpid(), pid;
	int in = make_input(input), saved;

	if (in == -1)
		return -1;
	if ((pid = fork()) == 0)
		become(argv, env, in, parent);
	saved = errno;
	(void)close(in);
	if (pid == -1) {
		errno = saved;
		return -1;
	}
	/* Whichever of both comes first. */
	(void)setpgid(pid, pid);
	*j = (struct job){
	    .pid = pid, .deadline_us = clock_mono_us() + timeout_s * 1000000};
	return 0;
}

void
job_signal(const struct job *j, int sig)
{
	if (j->pid > 0)
		(void)kill(-j->pid, sig);
}

bool
job_ended(struct job *j, struct job_end *end)
{
	siginfo_t si = {0};

	if (waitid(P_PID, (id_t)j->pid, &si, WEXITED | WNOHANG | WNOWAIT) ==
	    -1) {
		/* Cannot be: nobody else waits for it. */
		*end = (struct job_end){false, SIGKILL};
		j->pid = 0;
		return true;
	}
	if (si.si_pid == 0)
		return false;
	/* As long as its leader is not reaped the group's number is its own:
	 * what outlived the command would meet the next one. */
	job_signal(j, SIGKILL);
	(void)waitid(P_PID, (id_t)j->pid, &si, WEXITED);
	*end = (struct job_end){si.si_code == CLD_EXITED, si.si_status};
	j->pid = 0;
	return true;
}

uint64_t
job_tick(struct job *j, uint64_t now_us)
{
	if (j->kill_us == 0 && now_us >= j->deadline_us) {
		job_signal(j, SIGTERM);
		job_signal(j, SIGCONT);
		j->kill_us = now_us + GRACE_US;
	} else if (j->kill_us > 0 && now_us >= j->kill_us) {
		job_signal(j, SIGKILL);
		j->kill_us = now_us + GRACE_US;
	}
	return j->kill_us > 0 ? j->kill_us : j->deadline_us;
}

void
job_describe(
    const struct job *j, const struct job_end *end, char *dst, size_t cap)
{
	const char *name;

	if (end->exited) {
		(void)snprintf(dst, cap, "exit %d%s", end->code,
		    j->kill_us > 0 ? " after its timeout" : "");
		return;
	}
	name = sigabbrev_np(end->code);
	(void)snprintf(dst, cap, "signal %s%s", name != NULL ? name : "?",
	    j->kill_us > 0 ? " after its timeout" : "");
}
