/*
 * The witness: stands for every program on PATH. It records how it was called, then behaves somewhat like the program
 * whose name it has: wrappers run their command, filters copy, file tools do what they do to files, shells are shells.
 *
 * The record of a call is one write to the end of the log: the path that was executed, the working directory, the
 * values of some variables (KEPT), what stood on standard input (for programs that do what they read there), the
 * number of arguments and the arguments, each ending with a NUL.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pen.h"

/* Must be the list of variables in tests/witness/pen.rs. */
static const char *KEPT[] = {"KUBECONFIG", "AWS_PROFILE", "TF_WORKSPACE", "PATH", "PAGER", NULL};

static int argc;
static char **argv;

static void put(char *buffer, size_t *at, const char *text) {
    size_t length = strlen(text) + 1;
    if (*at + length > PEN_MOST) _exit(125);
    memcpy(buffer + *at, text, length);
    *at += length;
}

static char *all_of_stdin(size_t *length) {
    size_t room = 1 << 17;
    char *text = malloc(room + 1);
    ssize_t got;
    *length = 0;
    while (*length < room && (got = read(0, text + *length, room - *length)) > 0) *length += (size_t)got;
    text[*length] = 0;
    return text;
}

/* Writes down that `path` was executed with the arguments from `first` on. */
static void record(const char *path, int first) {
    static char buffer[PEN_MOST];
    char where[4096], number[16];
    size_t at = 0;
    put(buffer, &at, path);
    put(buffer, &at, getcwd(where, sizeof where) ? where : "");
    for (const char **name = KEPT; *name; name++) {
        char *value = getenv(*name);
        put(buffer, &at, value ? "=" : "-");
        put(buffer, &at, value ? value : "");
    }
    size_t length;
    int is_reader = strstr(path, "psql") || (argc > 2 && !strcmp(argv[argc - 2], "-f") && !strcmp(argv[argc - 1], "-"));
    put(buffer, &at, is_reader ? "=" : "-");
    put(buffer, &at, is_reader ? all_of_stdin(&length) : "");
    snprintf(number, sizeof number, "%d", argc - first);
    put(buffer, &at, number);
    for (int i = first; i < argc; i++) put(buffer, &at, argv[i]);
    int log = open(PEN_LOG, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (log < 0 || write(log, buffer, at) != (ssize_t)at) _exit(125);
    close(log);
}

static void become(char **command) {
    if (!command[0]) exit(0);
    fflush(NULL);
    execvp(command[0], command);
    exit(127);
}

static void become_shell(char *text) {
    char *command[] = {"sh", "-c", text, NULL};
    become(command);
}

static int run(char **command) {
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) become(command);
    if (child > 0) waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Whether `flag` is one of the space-separated `list`. */
static int is_among(const char *list, const char *flag) {
    size_t length = strlen(flag);
    for (const char *at = list; *at;) {
        size_t end = strcspn(at, " ");
        if (end == length && !strncmp(at, flag, end)) return 1;
        at += end + strspn(at + end, " ");
    }
    return 0;
}

static char *joined(char **words) {
    static char text[1 << 17];
    size_t at = 0;
    for (; *words; words++) {
        size_t length = strlen(*words);
        if (at + length + 2 > sizeof text) exit(125);
        if (at) text[at++] = ' ';
        memcpy(text + at, *words, length);
        at += length;
    }
    text[at] = 0;
    return text;
}

/* Programs that run the rest of their words: the flags that take the next word, and how many words come before. */
static const struct {
    const char *name, *valued;
    int operands;
} WRAPPERS[] = {
    {"sudo", "-u --user -g --group -C -p --prompt -T -h -r -t -D --chdir", 0},
    {"doas", "-u -C", 0},
    {"timeout", "-s --signal -k --kill-after", 1},
    {"nice", "-n --adjustment", 0},
    {"ionice", "-c --class -n --classdata -p", 0},
    {"nohup", "", 0},
    {"setsid", "", 0},
    {"stdbuf", "-i --input -o --output -e --error", 0},
    {"time", "-f --format -o --output", 0},
    {"chrt", "-T -P -D", 1},
    {"taskset", "", 1},
    {"chroot", "", 1},
    {"unshare", "", 0},
    {"setpriv", "", 0},
    {"systemd-run", "-u --unit -p --property -E --setenv", 0},
    {"strace", "-e -o -p -s -u", 0},
    {"busybox", "", 0},
    {"dbus-run-session", "", 0},
    {"command", "", 0},
    {"exec", "", 0},
    {"builtin", "", 0},
    {"direnv", "", 2},
};

static void be_wrapper(const char *name) {
    for (size_t i = 0; i < sizeof WRAPPERS / sizeof *WRAPPERS; i++) {
        if (strcmp(name, WRAPPERS[i].name)) continue;
        int at = 1;
        for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++) {
            if (!strcmp(argv[at], "--")) {
                at++;
                break;
            }
            if (is_among(WRAPPERS[i].valued, argv[at])) at++;
        }
        if (!strcmp(name, "sudo"))
            for (; at < argc && strchr(argv[at], '='); at++) putenv(argv[at]);
        at += WRAPPERS[i].operands;
        if (at >= argc) exit(0);
        become(argv + at);
    }
}

static void be_env(void) {
    int at = 1;
    for (; at < argc; at++) {
        char *word = argv[at];
        if (!strcmp(word, "-i") || !strcmp(word, "-") || !strcmp(word, "--ignore-environment")) clearenv();
        else if ((!strcmp(word, "-u") || !strcmp(word, "--unset")) && argv[at + 1]) unsetenv(argv[++at]);
        else if ((!strcmp(word, "-C") || !strcmp(word, "--chdir")) && argv[at + 1]) {
            if (chdir(argv[++at])) exit(125);
        } else if ((!strcmp(word, "-S") || !strncmp(word, "-S", 2) || !strncmp(word, "--split-string=", 15))) {
            /* Blanks only; quotes and escapes are left to the real one. */
            char *text = word[1] == '-' ? word + 15 : word[2] ? word + 2 : argv[++at];
            char **words = calloc((size_t)argc + 4096, sizeof *words);
            int count = 0;
            for (char *part = strtok(text ? text : "", " \t\n"); part && count < 4000; part = strtok(NULL, " \t\n"))
                words[count++] = part;
            for (at++; at < argc; at++) words[count++] = argv[at];
            int skip = 0;
            while (words[skip] && strchr(words[skip], '=')) putenv(words[skip++]);
            become(words + skip);
        } else if (!strcmp(word, "--")) {
        } else if (word[0] == '-') {
        } else if (strchr(word, '=')) putenv(word);
        else break;
    }
    become(argv + at);
}

static char *replaced(const char *word, const char *mark, const char *by) {
    char *text = calloc(1, 1 << 16);
    size_t room = (1 << 16) - 1, length = strlen(mark);
    while (*word && strlen(text) + strlen(by) + 1 < room) {
        if (length && !strncmp(word, mark, length)) strcat(text, by), word += length;
        else strncat(text, word++, 1);
    }
    return text;
}

static void be_xargs(void) {
    int at = 1, most = 0, is_quiet = 0, status = 0;
    char separator = ' ', *mark = NULL;
    for (; at < argc && argv[at][0] == '-'; at++) {
        char *flag = argv[at];
        if (!strcmp(flag, "--")) {
            at++;
            break;
        }
        if (!strcmp(flag, "-0") || !strcmp(flag, "--null")) separator = 0;
        else if (!strcmp(flag, "-r") || !strcmp(flag, "--no-run-if-empty")) is_quiet = 1;
        else if (!strncmp(flag, "-I", 2)) mark = flag[2] ? flag + 2 : argv[++at];
        else if (!strncmp(flag, "-n", 2)) most = atoi(flag[2] ? flag + 2 : argv[++at]);
        else if (!strncmp(flag, "-L", 2)) most = atoi(flag[2] ? flag + 2 : argv[++at]);
        else if (!strncmp(flag, "-d", 2)) separator = (flag[2] ? flag + 2 : argv[++at])[0] == '\\' ? '\n' : flag[2];
        else if (!strcmp(flag, "-P") || !strcmp(flag, "-s") || !strcmp(flag, "-E")) at++;
        else if (!strcmp(flag, "-0r") || !strcmp(flag, "-r0")) separator = 0, is_quiet = 1;
        if (at >= argc) break;
    }
    if (mark) separator = '\n';
    char *standard[] = {"echo", NULL}, **command = at < argc ? argv + at : standard;
    size_t length, count = 0;
    char *text = all_of_stdin(&length), **items = calloc(4096, sizeof *items);
    for (size_t i = 0; i < length && count < 4000;) {
        while (i < length && (text[i] == separator || (separator == ' ' && strchr("\n\t", text[i])))) i++;
        if (i >= length) break;
        char *word = text + i, *to = word, quote = 0;
        for (; i < length; i++) {
            char c = text[i];
            if (separator == ' ') {
                if (quote ? c == quote : (c == '"' || c == '\'')) {
                    quote = quote ? 0 : c;
                    continue;
                }
                if (!quote && c == '\\' && i + 1 < length) c = text[++i];
                else if (!quote && strchr(" \t\n", c)) break;
            } else if (c == separator) break;
            *to++ = c;
        }
        i++;
        *to = 0;
        items[count++] = word;
    }
    size_t words = 0;
    while (command[words]) words++;
    char **full = calloc(words + 4096, sizeof *full);
    if (!count && (is_quiet || mark)) exit(0);
    for (size_t first = 0, calls = 0; calls == 0 || (first < count && calls < 50); calls++) {
        size_t end = mark ? 1 : most > 0 ? (size_t)most : 4000, n = words;
        memcpy(full, command, words * sizeof *full);
        if (mark)
            for (size_t i = 0; i < words; i++) full[i] = replaced(command[i], mark, items[first]);
        else
            for (size_t i = 0; i < end && first + i < count; i++) full[n++] = items[first + i];
        full[n] = NULL;
        first += end;
        status |= run(full);
    }
    exit(status ? 123 : 0);
}

static char *found[256];
static int found_count;

static void look(const char *path, const char *pattern, char kind, int depth) {
    struct stat what;
    char *copy = strdup(path), inner[4096];
    if (lstat(path, &what)) return;
    int is_dir = S_ISDIR(what.st_mode);
    if ((!pattern || !fnmatch(pattern, basename(copy), 0)) && (!kind || (kind == 'd') == is_dir) && found_count < 250)
        found[found_count++] = strdup(path);
    DIR *all = is_dir && depth < 4 ? opendir(path) : NULL;
    for (struct dirent *entry; all && (entry = readdir(all));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        look(inner, pattern, kind, depth + 1);
    }
    if (all) closedir(all);
}

static void be_find(void) {
    int at = 1;
    char *pattern = NULL, kind = 0, separator = '\n';
    int roots = 0, has_run = 0;
    while (at < argc && argv[at][0] != '-' && argv[at][0] != '(' && argv[at][0] != '!') at++, roots++;
    for (int i = at; i < argc - 1; i++) {
        if (!strcmp(argv[i], "-name")) pattern = argv[i + 1];
        if (!strcmp(argv[i], "-type")) kind = argv[i + 1][0];
    }
    if (!roots) look(".", pattern, kind, 0);
    for (int i = 1; i <= roots; i++)
        if (strncmp(argv[i], "/", 1) || !strncmp(argv[i], "/w", 2)) look(argv[i], pattern, kind, 0);
    for (; at < argc; at++) {
        if (!strcmp(argv[at], "-print0")) separator = 0;
        if (strcmp(argv[at], "-exec") && strcmp(argv[at], "-execdir") && strcmp(argv[at], "-ok")) continue;
        int first = ++at;
        while (at < argc && strcmp(argv[at], ";") && !(strcmp(argv[at], "+") == 0 && !strcmp(argv[at - 1], "{}"))) at++;
        if (at >= argc) exit(1);
        has_run = 1;
        int is_all = argv[at][0] == '+';
        for (int i = 0; i < (is_all ? found_count > 0 : found_count > 5 ? 5 : found_count); i++) {
            char **words = calloc((size_t)(argc + 300), sizeof *words);
            int count = 0;
            for (int word = first; word < at - is_all; word++)
                words[count++] = is_all ? argv[word] : replaced(argv[word], "{}", found[i]);
            for (int file = 0; is_all && file < found_count; file++) words[count++] = found[file];
            run(words);
        }
    }
    for (int i = 0; i < found_count && !has_run; i++) printf("%s%c", found[i], separator);
    exit(0);
}

/* `NAME … -c TEXT`: a shell text among other words. */
static void be_text_runner(const char *name) {
    int is_su = !strcmp(name, "su") || !strcmp(name, "runuser") || !strcmp(name, "script") || !strcmp(name, "flock") ||
                !strcmp(name, "sg");
    if (!strcmp(name, "watch")) {
        int at = 1;
        for (; at < argc && argv[at][0] == '-'; at++)
            if (!strcmp(argv[at], "-n") || !strcmp(argv[at], "--interval")) at++;
        if (at < argc) become_shell(joined(argv + at));
        exit(0);
    }
    if (!is_su) return;
    for (int i = 1; i + 1 < argc; i++) {
        size_t length = strlen(argv[i]);
        if (argv[i][0] == '-' && argv[i][1] != '-' && length > 1 && argv[i][length - 1] == 'c')
            become_shell(argv[i + 1]);
        if (!strcmp(argv[i], "--command")) become_shell(argv[i + 1]);
        if (!strncmp(argv[i], "--command=", 10)) become_shell(argv[i] + 10);
    }
    int at = 1;
    if (!strcmp(name, "flock")) {
        for (; at < argc && argv[at][0] == '-'; at++)
            if (is_among("-w --timeout --wait -E", argv[at])) at++;
        if (at + 1 < argc) become(argv + at + 1);
    }
    if (!strcmp(name, "runuser") && argc > 3 && !strcmp(argv[1], "-u"))
        become(argv + (strcmp(argv[3], "--") ? 3 : 4));
    exit(0);
}

static void be_shell(const char *name) {
    char path[64];
    int is_dash = !strcmp(name, "sh") || !strcmp(name, "dash") || !strcmp(name, "ash");
    if (!is_dash && strcmp(name, "bash") && strcmp(name, "rbash")) return;
    snprintf(path, sizeof path, "/run/shells/%s", is_dash ? "dash" : "bash");
    execv(path, argv);
    _exit(126);
}

static void copy_in_to_out(int in, int out) {
    char block[8192];
    ssize_t got;
    for (size_t all = 0; all < (1 << 20) && (got = read(in, block, sizeof block)) > 0; all += (size_t)got)
        if (write(out, block, (size_t)got) < 0) exit(1);
}

static void copy_file(const char *from, int out) {
    int in = strcmp(from, "-") ? open(from, O_RDONLY) : 0;
    if (in < 0) exit(1);
    copy_in_to_out(in, out);
    if (in) close(in);
}

static int operand(int nth) {
    for (int i = 1; i < argc; i++)
        if ((argv[i][0] != '-' || !argv[i][1]) && nth-- == 0) return i;
    return 0;
}

static void be_decoder(void) {
    static const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length;
    unsigned bits = 0, have = 0;
    char *text = all_of_stdin(&length);
    int is_decoding = 0;
    for (int i = 1; i < argc; i++) is_decoding |= is_among("-d -D --decode -di -id", argv[i]);
    if (is_decoding) {
        for (size_t i = 0; i < length; i++) {
            const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
            if (!digit) continue;
            bits = bits << 6 | (unsigned)(digit - digits);
            if ((have += 6) >= 8) putchar((int)(bits >> (have -= 8) & 255));
        }
    } else {
        for (size_t i = 0; i < length; i += 3) {
            unsigned char *in = (unsigned char *)text + i;
            size_t left = length - i;
            unsigned three = (unsigned)in[0] << 16 | (left > 1 ? in[1] : 0u) << 8 | (left > 2 ? in[2] : 0u);
            putchar(digits[three >> 18]), putchar(digits[three >> 12 & 63]);
            putchar(left > 1 ? digits[three >> 6 & 63] : '='), putchar(left > 2 ? digits[three & 63] : '=');
        }
        putchar('\n');
    }
    exit(0);
}

/* A path that a script may change: relative, or in one of the places that are its own. */
static int is_own(const char *path) {
    return path[0] != '/' || !strncmp(path, "/w/", 3) || !strncmp(path, "/tmp/", 5) || !strncmp(path, "/home/u/", 8);
}

static void be_file_tool(const char *name) {
    int one = operand(0), two = operand(1);
    if (!strcmp(name, "tee")) {
        size_t length;
        char *text = all_of_stdin(&length);
        int is_more = argc > 1 && is_among("-a --append", argv[1]);
        for (int i = 1; i < argc; i++) {
            int out = argv[i][0] == '-' ? -1 : open(argv[i], O_WRONLY | O_CREAT | (is_more ? O_APPEND : O_TRUNC), 0644);
            if (out >= 0 && write(out, text, length) < 0) exit(1);
            if (out >= 0) close(out);
        }
        exit(write(1, text, length) < 0);
    }
    if (!strcmp(name, "touch") || !strcmp(name, "mkdir"))
        for (int i = 1; i < argc; i++) {
            if (argv[i][0] == '-' || !is_own(argv[i])) continue;
            if (name[0] == 'm') mkdir(argv[i], 0755);
            else close(open(argv[i], O_WRONLY | O_CREAT, 0644));
        }
    else if (!strcmp(name, "rm")) {
        for (int i = 1; i < argc; i++)
            if (argv[i][0] != '-' && is_own(argv[i])) remove(argv[i]);
    } else if (!strcmp(name, "chmod")) {
        if (two && is_own(argv[two])) chmod(argv[two], 0755);
    } else if (!strcmp(name, "mktemp")) {
        int is_dir = argc > 1 && !strcmp(argv[1], "-d");
        char path[] = "/tmp/tmp.XXXXXX";
        if (is_dir ? !mkdtemp(path) : mkstemp(path) < 0) exit(1);
        puts(path);
    } else if (one && two && is_own(argv[two])) {
        char into[4096];
        struct stat what;
        snprintf(into, sizeof into, "%s", argv[two]);
        if (!stat(into, &what) && S_ISDIR(what.st_mode))
            snprintf(into, sizeof into, "%s/%s", argv[two], basename(strdup(argv[one])));
        if (!strcmp(name, "mv")) rename(argv[one], into);
        if (!strcmp(name, "ln") && symlink(argv[one], into)) exit(1);
        if (!strcmp(name, "cp") || !strcmp(name, "install")) {
            int out = open(into, O_WRONLY | O_CREAT | O_TRUNC, 0755);
            if (out >= 0) copy_file(argv[one], out);
        }
    }
    exit(0);
}

static void be_filter(const char *name) {
    int first = is_among("grep sed awk tr cut jq yq rg", name) ? operand(1) : operand(0);
    if (!strcmp(name, "tr") || !first) copy_in_to_out(0, 1);
    else copy_file(argv[first], 1);
    exit(0);
}

/* `git -c alias.x='!TEXT' x` runs the text. */
static void be_git(void) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "-c") || strncmp(argv[i + 1], "alias.", 6)) continue;
        char *name = argv[i + 1] + 6, *value = strchr(name, '=');
        if (!value || value[1] != '!') continue;
        *value = 0;
        for (int word = i + 2; word < argc; word++)
            if (!strcmp(argv[word], name)) become_shell(value + 2);
    }
}

static void be_printer(const char *name) {
    int at = 1, has_end = 1;
    if (!strcmp(name, "printf")) {
        if (argc < 2) exit(1);
        for (char *c = argv[1]; *c; c++) {
            if (*c == '\\' && c[1] == 'n') putchar('\n'), c++;
            else if (*c == '%' && c[1] == 's') fputs(argc > 2 ? argv[2] : "", stdout), c++;
            else putchar(*c);
        }
        exit(0);
    }
    if (argc > 1 && !strcmp(argv[1], "-n")) at = 2, has_end = 0;
    fputs(joined(argv + at), stdout);
    if (has_end) putchar('\n');
    exit(0);
}

/* Any other program: what it prints and how it ends depends on how it was called, always the same way. */
static void be_any(const char *name) {
    static const char *outputs[] = {"web-0\napi-1\n", "", "3\n", "main\n", "kubectl delete ns prod\n", "a.yaml b.yaml\n",
                                    "x=1; helm uninstall web\n", "-n prod\n", "{\"items\":[]}\n", "prod\n"};
    unsigned hash = 5381;
    for (int i = 0; i < argc; i++)
        for (char *c = argv[i]; *c; c++) hash = hash * 33 ^ (unsigned char)*c;
    hash ^= hash >> 15;
    hash *= 2654435761u;
    if (!strcmp(name, "ls")) {
        DIR *all = opendir(".");
        for (struct dirent *entry; all && (entry = readdir(all));)
            if (entry->d_name[0] != '.') puts(entry->d_name);
        exit(0);
    }
    fputs(outputs[(hash >> 8) % (sizeof outputs / sizeof *outputs)], stdout);
    exit((hash >> 24) % 4 == 0);
}

/* Where a script's own path stands among the arguments, when the kernel started this program for its `#!`. */
static int script_operand(const char *path) {
    char start[2] = "";
    int in = open(path, O_RDONLY | O_CLOEXEC);
    if (in >= 0 && read(in, start, 2) < 2) start[0] = 0;
    if (in >= 0) close(in);
    for (int i = 1; i < 3 && i < argc && start[0] == '#' && start[1] == '!'; i++)
        if (!strcmp(argv[i], path)) return i;
    return 0;
}

int main(int count, char **words) {
    argc = count;
    argv = words;
    if (argc == 2 && !strcmp(argv[1], "--pen")) return pen();
    const char *path = (const char *)getauxval(AT_EXECFN);
    int script = script_operand(path);
    record(path, script);
    if (script) path = argv[0];
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    be_shell(name);
    be_wrapper(name);
    be_text_runner(name);
    if (!strcmp(name, "env")) be_env();
    if (!strcmp(name, "xargs")) be_xargs();
    if (!strcmp(name, "find")) be_find();
    if (!strcmp(name, "base64")) be_decoder();
    if (!strcmp(name, "git")) be_git();
    if (is_among("echo printf", name)) be_printer(name);
    if (is_among("tee touch mkdir rm chmod mktemp mv ln cp install", name)) be_file_tool(name);
    if (is_among("cat head tail sort uniq grep sed awk tr cut jq yq rg rev column", name)) be_filter(name);
    if (is_among("true sleep wait sync", name)) return 0;
    if (is_among("false", name)) return 1;
    be_any(name);
}
