/* SPDX-License-Identifier: MIT */
/* See http_door.h. */
#include "http_door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/secret.h"

#define BASIC_MAX (2 * DOOR_TOKEN_MAX) /* user:password */

/* --- the address --------------------------------------------------------------------------- */

/* "PORT", "ADDR:PORT", "[ADDR6]:PORT". */
static int
parse_listen(struct door *d, const char *text)
{
	const char *colon = strrchr(text, ':'), *port = colon ? colon + 1 : text;
	const char *from = text;
	size_t n = colon ? (size_t)(colon - text) : 0;

	if (!*port || strspn(port, "0123456789") != strlen(port) || strlen(port) > 5)
		return 0;
	d->port = (int)strtol(port, NULL, 10);
	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		from++;
		n -= 2;
	}
	snprintf(d->listen, sizeof d->listen, "%.*s", (int)n, from);
	if (n == 0)
		snprintf(d->listen, sizeof d->listen, "127.0.0.1");
	return d->port >= 1 && d->port <= 65535 && n < sizeof d->listen &&
	       !(colon && n == 0);
}

/* -1: not an address. */
static int
is_loopback(const char *text)
{
	struct in_addr four;
	struct in6_addr six;

	if (strcmp(text, "localhost") == 0)
		return 1;
	if (inet_pton(AF_INET, text, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, text, &six) == 1 ? IN6_IS_ADDR_LOOPBACK(&six) : -1;
}

void
door_address(const struct sockaddr *a, char ret[static DOOR_ADDRESS_LEN])
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a;
	const void *bytes = &four->sin_addr;
	int family = a ? a->sa_family : AF_UNSPEC;

	if (family == AF_INET6)
		bytes = &six->sin6_addr;
	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
		bytes = &six->sin6_addr.s6_addr[12];
		family = AF_INET;
	}
	if (!a || !inet_ntop(family, bytes, ret, DOOR_ADDRESS_LEN))
		snprintf(ret, DOOR_ADDRESS_LEN, "an unknown address");
}

/* --- the token ----------------------------------------------------------------------------- */

/* Made by systemd for this service alone; its mode says something else. */
static int
is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t n = dir ? strlen(dir) : 0;
	return n > 0 && strncmp(path, dir, n) == 0 && path[n] == '/' &&
	       !strstr(path + n, "/..");
}

static int
read_token(struct door *d, const char *path, char why[static HTTP_WHY])
{
	char line[2 * DOOR_TOKEN_MAX] = "";
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 || fstat(fd, &st) < 0 ? -1 : read(fd, line, sizeof line - 1);
	int r = n < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (r < 0) {
		snprintf(why, HTTP_WHY, "--token-file %.150s: %s", path, strerror(-r));
		return r;
	}
	size_t len = strcspn(line, "\r\n");
	line[len] = 0;
	if ((st.st_mode & 077) && !is_credential(path)) {
		snprintf(why, HTTP_WHY,
			"--token-file %.120s: others may read it or write to it; "
			"chmod 600 it, and change the token if it was not yours alone",
			path);
		r = -EPERM;
	} else if (len == 0 || len >= sizeof d->token ||
		   strspn(line, " ") == len) { /* a token of blanks is an accident */
		snprintf(why, HTTP_WHY,
			"--token-file %.150s: its first line is to be a token of 1 to "
			"%d characters",
			path, DOOR_TOKEN_MAX - 1);
		r = -EINVAL;
	} else {
		memcpy(d->token, line, len + 1);
	}
	explicit_bzero(line, sizeof line);
	return r;
}

int
door_open(struct door *d, const char *listen, const char *token_file,
	char why[static HTTP_WHY])
{
	*d = (struct door){0};
	int loopback = parse_listen(d, listen) ? is_loopback(d->listen) : -1;
	if (loopback < 0) {
		snprintf(why, HTTP_WHY,
			"--listen \"%.100s\": it is [ADDRESS:]PORT, e.g. 8378 or "
			"192.168.1.4:8378",
			listen);
		return -EINVAL;
	}
	d->is_loopback = loopback;
	if (!token_file) {
		snprintf(why, HTTP_WHY,
			"--listen needs --token-file: whoever knows the token may send");
		return -EINVAL;
	}
	int r = read_token(d, token_file, why);
	if (r == 0 && !loopback && strlen(d->token) < HTTP_TOKEN_MIN) {
		snprintf(why, HTTP_WHY,
			"--listen %.60s: other machines reach it, so the token needs %d "
			"characters or more (openssl rand -hex 16)",
			listen, HTTP_TOKEN_MIN);
		r = -EINVAL;
	}
	if (r < 0)
		door_finish(d);
	return r;
}

void
door_finish(struct door *d)
{
	explicit_bzero(d, sizeof *d);
}

/* --- what a request shows ------------------------------------------------------------------ */

static int
base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* The bytes as text; 0: not base64, or too long. */
static int
decode_basic(const char *text, char ret[static BASIC_MAX])
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (; *text && *text != '='; text++) {
		int digit = base64_digit(*text);
		if (digit < 0)
			return 0;
		bits = bits << 6 | (unsigned)digit;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n + 1 >= BASIC_MAX)
			return 0;
		ret[n++] = (char)(bits >> have & 0xff);
	}
	ret[n] = 0;
	return text[strspn(text, "=")] == 0;
}

/* What follows the scheme's name and blanks; NULL: another scheme. */
static const char *
behind(const char *header, const char *scheme)
{
	size_t n = strlen(scheme);
	if (strncasecmp(header, scheme, n) != 0 || header[n] != ' ')
		return NULL;
	return header + n + strspn(header + n, " ");
}

enum door_shown
door_judge(const struct door *d, const char *authorization)
{
	char text[BASIC_MAX] = "";
	const char *token, *basic, *colon;

	if (!authorization)
		return DOOR_NOTHING;
	token = behind(authorization, "Bearer");
	basic = token ? NULL : behind(authorization, "Basic");
	if (basic && decode_basic(basic, text) && (colon = strchr(text, ':')))
		token = colon + 1;
	int same = token && secret_same(d->token, token);
	explicit_bzero(text, sizeof text);
	return same ? DOOR_OPEN : DOOR_WRONG;
}

static int
is_power_of_ten(unsigned long n)
{
	while (n >= 10 && n % 10 == 0)
		n /= 10;
	return n == 1;
}

int
door_failed(struct door *d, const char *address, unsigned long *ret_n)
{
	struct door_failures *f = &d->failures[0];

	for (size_t i = 0; i < DOOR_ADDRESSES; i++) {
		struct door_failures *x = &d->failures[i];
		if (strcmp(x->address, address) == 0) {
			f = x;
			break;
		}
		if (x->last < f->last)
			f = x;
	}
	if (strcmp(f->address, address) != 0) {
		*f = (struct door_failures){0};
		snprintf(f->address, sizeof f->address, "%s", address);
	}
	f->last = ++d->turns;
	*ret_n = ++f->n;
	return is_power_of_ten(f->n);
}
