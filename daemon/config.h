/* SPDX-License-Identifier: MIT */
/* The configuration, read and checked whole before anything uses it. Every option stands in
 * one table (config_table.c) with its default and help; etc/dozed.conf shows each of them. */
#pragma once

#include <stdio.h>

#include "base/log.h"
#include "core/person.h"
#include "core/scorers.h"
#include "out/push_config.h"
#include "store/store.h"

struct broker_config {
	char host[256];
	int port;
	int tls; /* verified, or refused */
	char ca_file[256], cert_file[256], key_file[256];
	char client_id[64], username[128];
	char password_file[256]; /* or $CREDENTIALS_DIRECTORY/broker-password */
	int keep_alive_s;
	int allow_plain_remote; /* plain TCP beyond loopback, only when asked for */
};

#define CONFIG_TOKEN_MIN 16 /* characters */
/* The page; daemon/web. */
struct page_config {
	int port; /* 0: none */
	char listen[64], token_file[256];
	char hosts[512]; /* blanks between them */
};

#define CONFIG_FILES_MAX      16
#define CONFIG_PEOPLE_MAX     4096
#define CONFIG_SETTINGS_MAX   1024
#define CONFIG_PUSH_MAX       64
#define CONFIG_FILE_BYTES_MAX (1024 * 1024)

/* A place in one of the files read: files[file], line 1... */
struct config_place {
	int file, line;
};

struct scorer_setting {
	char scorer[NAME_LEN], option[NAME_LEN], text[64];
	struct config_place at;
};

#define CONFIG_PUSH_OPTIONS_MAX 24
/* Where a push section and its options stand; line 0: not given. */
struct push_places {
	struct config_place section, options[CONFIG_PUSH_OPTIONS_MAX];
};

struct config {
	char file[256]; /* the one named by -c */
	int n_files;
	char (*files)
		[256]; /* owned: file and what it includes; config_place.file counts them */
	struct broker_config broker;
	char topic_root[64];
	char topic_prefix[64]; /* "p/17/" behind a partitioning broker; normally empty */
	char state_dir[256], runtime_dir[256], scorer_dir[256];
	enum store_durability durability;
	enum log_level log_level;
	int retain_state;  /* publish dozed/<person>/{state,night} retained */
	int retain_pain;   /* let pain values into them */
	int homeassistant; /* announce everybody's entities by MQTT discovery */
	char homeassistant_prefix[64];
	struct page_config page;
	struct policy policy;
	unsigned n_people;
	struct person *people; /* owned; in the order of the file */
	unsigned n_scorers;
	char scorers[SCORERS_MAX][NAME_LEN];
	struct config_place scorer_at[SCORERS_MAX];
	struct config_place password_at; /* of broker.password_file */
	struct config_place token_at;    /* of page.token_file */
	unsigned n_settings;
	struct scorer_setting *settings; /* owned */
	unsigned n_push;
	struct push_config *push;    /* owned */
	struct push_places *push_at; /* owned; as push */
};

/* Reads and checks `file` and what it includes. On failure every fault was reported as
 * "file:line: reason" through complain, and the return is -EINVAL (or -errno where the file
 * cannot be read). One call at a time: libconfuse has one lexer a process. */
int config_read(const char *file, void (*complain)(void *ctx, const char *text),
	void *ctx, struct config **ret) must_check;
struct config *config_free(struct config *c); /* returns NULL */
const struct person *config_person(const struct config *c, const char *id);
/* NULL: there is no such section. */
const struct push_config *config_push(const struct config *c, const char *name);
/* Where the option of a section of c->push stands, else the section. */
struct config_place config_push_place(
	const struct config *c, const struct push_config *p, const char *option);
/* 1 if the person's device list admits source/device. */
int person_has_device(const struct person *p, const char *source, const char *device);
/* The secret of a *_file option ("": none) or else of systemd's credential `name`; newline
 * stripped. 0; -ENOENT where neither is there; -EPERM where a file of ours can be read by
 * everybody; -EMSGSIZE where it does not fit or is no text; other -errno. */
int config_secret(const char *path, const char *name, char *ret, size_t size) must_check;
/* Prints every option with its default and help: the text of etc/dozed.conf. Scorers'
 * options are shown where the bundled scorers can be loaded from scorer_dir. */
int config_defaults_print(FILE *out, const char *scorer_dir) must_check;
const char *config_file_default(void); /* where the build puts dozed.conf */
/* $DOZED_SCORER_DIR, or where the build put them. */
const char *config_scorer_dir_default(void);
/* Loads the configured scorers (sys/loader), sets their options, orders them. Faults through
 * complain, as in config_read. *ret_loader keeps the .so files open; free it after the set. */
struct loader;
int config_scorers(const struct config *c, void (*complain)(void *ctx, const char *text),
	void *ctx, struct scorers *ret, struct loader **ret_loader) must_check;
/* 1 where a change between the two needs a restart; why is the option's name. */
int config_needs_restart(
	const struct config *old, const struct config *new_, char why[static 128]);
