/* SPDX-License-Identifier: MIT */
/* Asking the daemon under test, over its control socket and by its command line. */
#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/control.h"

json_t *
rig_status(struct rig *r)
{
	char dir[96], *text = NULL;
	json_t *ret;

	rig_hear(r);
	snprintf(dir, sizeof(dir), "%s/state", r->dir);
	if (control_ask(dir, "status", RIG_PATIENCE_MS, &text) != 0)
		return NULL;
	ret = json_loads(text, 0, NULL);
	free(text);
	return ret;
}

static json_t *
at(json_t *root, const char *path)
{
	char copy[128], *rest = copy, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((key = strsep(&rest, ".")))
		root = json_object_get(root, key);
	return root;
}

int64_t
rig_number(struct rig *r, const char *path)
{
	json_t *root = rig_status(r);
	int64_t n = root ? json_integer_value(at(root, path)) : -1;

	json_decref(root);
	return n;
}

void
rig_until(struct rig *r, const char *path, char how, int64_t value)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS, n;
	char what[160];

	while ((n = rig_number(r, path)), !(how == '=' ? n == value : n >= value)) {
		snprintf(what, sizeof(what), "%s is %lld, not %c %lld", path,
			(long long)n, how, (long long)value);
		if (rig_ms() > end)
			rig_fail(r, what);
		rig_look_alive(r);
		rig_nap();
	}
}

void
rig_until_text(struct rig *r, const char *path, const char *text)
{
	int64_t end = rig_ms() + RIG_PATIENCE_MS;
	int ok = 0;

	while (!ok) {
		json_t *root = rig_status(r);
		const char *s = root ? json_string_value(at(root, path)) : NULL;

		ok = s && strcmp(s, text) == 0;
		json_decref(root);
		if (!ok && rig_ms() > end)
			rig_fail(r, text);
		if (!ok) {
			rig_look_alive(r);
			rig_nap();
		}
	}
}

int
rig_dozed(struct rig *r, const char *const *args, char *ret, size_t size)
{
	const char *argv[16] = {r->dozed, "-c", r->conf};
	size_t used = 0;
	int fds[2], status = 0;
	ssize_t n;
	pid_t pid;

	for (size_t i = 3; *args && i < 15; i++)
		argv[i] = *args++;
	if (pipe2(fds, O_CLOEXEC) != 0)
		abort();
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], ret + used, size - used - 1)) > 0)
		used += (size_t)n;
	ret[used] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
