#ifndef BUS_SOCKFILE_H
#define BUS_SOCKFILE_H

#include <sys/socket.h>
#include <sys/un.h>

/* The files of the four sockets in $WEIR_RUN. */
#define SOCK_APPEND "append.sock"
#define SOCK_MEDIA "media.sock"
#define SOCK_EDGE "edge.sock"
#define SOCK_EVENTS "events.sock"

/* The address of FILE of $WEIR_RUN.  0, or -1 with errno ENAMETOOLONG. */
int sockfile_address(const char *file, struct sockaddr_un *sa);

#endif
