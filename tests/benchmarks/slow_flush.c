/* A disk that takes FLUSH_MS milliseconds longer to say that what it was given is safe: preloaded
 * (LD_PRELOAD) into what is measured. Disks that say so at once, as virtual ones do, hide what
 * writing costs elsewhere. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int file) {
    long ms = strtol(getenv("FLUSH_MS"), NULL, 10);
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
    return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
