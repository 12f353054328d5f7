#ifndef INGEST_ENVIRON_H
#define INGEST_ENVIRON_H

/* The environment of a program that we start. */
struct environ_var {
	const char *name, *value;
};

/*
 * Our own environment with VARS (ends with name NULL) in the place of
 * what bears their names, PATH beginning with BIN_DIR, and without what
 * our supervisor means for us alone.  NULL with errno ENOMEM.
 */
char **environ_make(const struct environ_var *vars, const char *bin_dir);
void environ_free(char **env);

#endif
