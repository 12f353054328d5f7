#ifndef RESTORE_KEYS_H
#define RESTORE_KEYS_H

/*
 * Make the keys anew from the copy in KEY_DIR: all but those of subjects
 * which the log in LOG_DIR says are forgotten.  An exit code.
 */
int keys_restore(const char *key_dir, const char *log_dir);

#endif
