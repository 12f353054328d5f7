#ifndef LOG_RESIDENT_H
#define LOG_RESIDENT_H

/*
 * Let go of the pages that this process has mapped of the file FD, wherever
 * that is mapped: they count as its memory, and the kernel maps sixteen where
 * one is touched.  They stay in the page cache, from where the next touch
 * brings them back.  What cannot be done is left.
 */
void resident_drop(int fd);

#endif
