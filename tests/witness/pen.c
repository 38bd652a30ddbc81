/*
 * The pen: runs shell scripts, one after the other, where they can do no harm and every program is the witness.
 *
 * It has its own user, mount, process, network and ipc namespaces, an unprivileged uid, and a root file system of its
 * own in memory that cannot be written to but for a working directory, which is new for each script. The shells stand
 * in a private place; every name on PATH, with an absolute path as well, is this same binary (programs.c).
 *
 * On standard input: a count of files to take along and each as path; a count of program names and each; then for
 * each script its shell, its text, and a count of files, each as name and text. Numbers are decimal and everything
 * ends with a NUL. On standard output: "ready", or "unavailable: why"; then for each script the exit status, the
 * length of the record, the record, the length of what stood on standard error, and that, and then the length of the
 * list of files that were written, and it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pen.h"

#define SCRIPT_MS 2500
#define LATE_MS 500
#define MOST_ERRORS 2000

static void give_up(const char *what) {
    printf("unavailable: %s: %s%c", what, strerror(errno), 0);
    fflush(stdout);
    exit(3);
}

static char *line(void) {
    char *text = NULL;
    size_t room = 0;
    if (getdelim(&text, &room, 0, stdin) < 0) exit(0);
    return text;
}

static void write_file(const char *path, const char *text, size_t length, mode_t mode) {
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (out < 0 || write(out, text, length) != (ssize_t)length) give_up(path);
    close(out);
}

static void copy(int in, const char *to) {
    char block[65536];
    ssize_t got;
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (in < 0 || out < 0) give_up(to);
    while ((got = read(in, block, sizeof block)) > 0)
        if (write(out, block, (size_t)got) != got) give_up(to);
    close(out);
    close(in);
}

static void make_parents(const char *path) {
    char part[4096];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        mkdir(part, 0755);
        *at = '/';
    }
}

static void bind_device(const char *name) {
    char from[64], to[64];
    snprintf(from, sizeof from, "/dev/%s", name);
    snprintf(to, sizeof to, "/tmp/dev/%s", name);
    write_file(to, "", 0, 0666);
    if (mount(from, to, NULL, MS_BIND, NULL)) give_up(from);
}

static void map_ids(uid_t uid, gid_t gid) {
    char text[64];
    write_file("/proc/self/setgroups", "deny", 4, 0);
    write_file("/proc/self/uid_map", text, (size_t)snprintf(text, sizeof text, "%d %d 1", PEN_UID, uid), 0);
    write_file("/proc/self/gid_map", text, (size_t)snprintf(text, sizeof text, "%d %d 1", PEN_UID, gid), 0);
}

/* Leaves everything behind but this process's open files; goes on as the first process of a new namespace. */
static void enter_namespaces(void) {
    if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534)))
        give_up("an unprivileged uid");
    prctl(PR_SET_DUMPABLE, 1);
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS))
        give_up("namespaces");
    map_ids(uid, gid);
    pid_t first = fork();
    if (first < 0) give_up("fork");
    if (first > 0) {
        int status;
        waitpid(first, &status, 0);
        exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The new root is built over /tmp, which every system has. */
static void build_root(int self) {
    static const char *dirs[] = {"usr", "usr/bin", "usr/local", "dev", "proc", "run", "run/shells", "log", "w", "tmp",
                                 "home", "home/u", "etc", "old", "opt", "srv", "var", NULL};
    static const char *links[][2] = {{"usr/bin", "bin"}, {"usr/bin", "sbin"}, {"bin", "usr/sbin"},
                                     {"../bin", "usr/local/bin"}, {"/proc/self/fd", "dev/fd"},
                                     {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
                                     {"/proc/self/fd/2", "dev/stderr"}, {NULL, NULL}};
    char path[4096];
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) give_up("private mounts");
    int count = atoi(line());
    struct {
        int from;
        char *to;
    } taken[64];
    if (count > 64) give_up("too many files to take along");
    for (int i = 0; i < count; i++) {
        char *from = line();
        taken[i].to = line();
        taken[i].from = open(from, O_RDONLY | O_CLOEXEC);
        if (taken[i].from < 0) give_up(from);
    }
    if (mount("pen", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=128m")) give_up("a file system in memory");
    for (const char **dir = dirs; *dir; dir++) {
        snprintf(path, sizeof path, "/tmp/%s", *dir);
        mkdir(path, 0755);
    }
    for (int i = 0; links[i][0]; i++) {
        snprintf(path, sizeof path, "/tmp/%s", links[i][1]);
        if (symlink(links[i][0], path)) give_up(path);
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/tmp%s", taken[i].to);
        make_parents(path);
        copy(taken[i].from, path);
    }
    copy(self, "/tmp/run/witness");
    bind_device("null");
    bind_device("zero");
    bind_device("urandom");
    /* A container may hide parts of its /proc; a new one is refused then, and the old one serves for /dev/fd. */
    if (mount("proc", "/tmp/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) &&
        mount("/proc", "/tmp/proc", NULL, MS_BIND | MS_REC, NULL))
        give_up("/proc");
    for (count = atoi(line()); count > 0; count--) {
        char *name = line();
        snprintf(path, sizeof path, "/tmp/usr/bin/%s", name);
        if (symlink("/run/witness", path) && errno != EEXIST) give_up(path);
        free(name);
    }
    write_file("/tmp/etc/passwd", "u:x:1000:1000::/home/u:/bin/sh\n", 31, 0644);
    if (chdir("/tmp") || syscall(SYS_pivot_root, ".", "old") || chdir("/") || umount2("/old", MNT_DETACH))
        give_up("a root of its own");
    if (mount("log", "/log", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=16m")) give_up("/log");
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL)) give_up("read-only root");
}

static void limit(int what, rlim_t most) {
    struct rlimit both = {most, most};
    setrlimit(what, &both);
}

static void become(const char *shell, const char *text) {
    static char *environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/u", "USER=u", "LANG=C.UTF-8",
                                  "TERM=dumb", "AWS_PROFILE=own", NULL};
    char path[64];
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int nothing = open("/dev/null", O_RDWR);
    int errors = open("/log/errors", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(errors, 2);
    close(nothing);
    close(errors);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, 3);
    limit(RLIMIT_FSIZE, 1 << 20);
    limit(RLIMIT_NPROC, 256);
    limit(RLIMIT_NOFILE, 128);
    limit(RLIMIT_AS, 1 << 30);
    limit(RLIMIT_STACK, 8 << 20);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    snprintf(path, sizeof path, "/run/shells/%s", shell);
    char *argv[] = {(char *)shell, "-c", (char *)text, NULL};
    if (chdir("/w") == 0) execve(path, argv, environment);
    _exit(126);
}

static long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for the script, then a moment for what it left in the background; whatever is left then is ended. */
static int supervise(pid_t script) {
    int result = -1, status;
    long until = now_ms() + SCRIPT_MS;
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (;;) {
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended < 0) return result;
        if (ended == script) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            until = now_ms() + LATE_MS;
        }
        if (ended > 0) continue;
        long left = until - now_ms();
        if (left <= 0) break;
        struct timespec wait = {left / 1000, left % 1000 * 1000000};
        sigtimedwait(&child, NULL, &wait);
    }
    kill(-1, SIGKILL);
    while (waitpid(-1, &status, 0) > 0) {}
    return result;
}

static void report(const char *path, size_t most) {
    size_t length = 0;
    char *text = malloc(most);
    int in = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;
    while (in >= 0 && length < most && (got = read(in, text + length, most - length)) > 0) length += (size_t)got;
    if (in >= 0) close(in);
    printf("%zu%c", length, 0);
    fwrite(text, 1, length, stdout);
    free(text);
}

/* The files that stand ready have this time of change; another one means that they were written. */
#define UNTOUCHED 1

static char written[1 << 16];
static size_t written_length;

static int note_written(const char *path, const struct stat *what, int kind, struct FTW *at) {
    (void)kind, (void)at;
    size_t length = strlen(path) + 1;
    if (S_ISREG(what->st_mode) && what->st_mtime != UNTOUCHED && written_length + length <= sizeof written) {
        memcpy(written + written_length, path, length);
        written_length += length;
    }
    return 0;
}

static void report_written(void) {
    written_length = 0;
    nftw("/w", note_written, 16, FTW_PHYS | FTW_MOUNT);
    nftw("/tmp", note_written, 16, FTW_PHYS | FTW_MOUNT);
    nftw("/home/u", note_written, 16, FTW_PHYS | FTW_MOUNT);
    printf("%zu%c", written_length, 0);
    fwrite(written, 1, written_length, stdout);
}

static int take_away(const char *path, const struct stat *what, int kind, struct FTW *at) {
    (void)what, (void)kind;
    if (at->level > 0 && remove(path)) return 1;
    return 0;
}

static void empty(const char *path) {
    if (nftw(path, take_away, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0) return;
    umount2(path, MNT_DETACH);
    if (mount("work", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=8m")) give_up(path);
}

int pen(void) {
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    enter_namespaces();
    build_root(self);
    umask(022);
    for (const char **path = (const char *[]){"/w", "/tmp", "/home/u", NULL}; *path; path++)
        if (mount("work", *path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=8m")) give_up(*path);
    printf("ready%c", 0);
    fflush(stdout);
    for (;;) {
        char *shell = line(), *text = line();
        empty("/w");
        empty("/tmp");
        empty("/home/u");
        for (int count = atoi(line()); count > 0; count--) {
            char path[4096], *name = line(), *content = line();
            snprintf(path, sizeof path, "/w/%s", name);
            make_parents(path);
            write_file(path, content, strlen(content), strstr(name, ".sh") ? 0755 : 0644);
            struct timespec times[2] = {{UNTOUCHED, 0}, {UNTOUCHED, 0}};
            utimensat(AT_FDCWD, path, times, 0);
            free(name), free(content);
        }
        write_file(PEN_LOG, "", 0, 0600);
        pid_t script = fork();
        if (script == 0) become(shell, text);
        int result = script < 0 ? -1 : supervise(script);
        printf("%d%c", result, 0);
        report(PEN_LOG, PEN_MOST);
        report("/log/errors", MOST_ERRORS);
        report_written();
        fflush(stdout);
        free(shell), free(text);
    }
}
