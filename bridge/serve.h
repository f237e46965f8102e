/* SPDX-License-Identifier: MIT */
/* The bridge as a service: followed paths, MQTT topics and an HTTP endpoint on one libuv loop,
 * through the spool to the hub, until SIGTERM or SIGINT. Each file or document is a job of its
 * own; its batches, its marks and the note that it was read are committed together (a file of more
 * than SERVE_TOGETHER batches in several pieces, read again as a whole after a kill: its records
 * are known by then). What arrives while the spool is full waits where it is: files where they lie,
 * messages at the broker, HTTP senders are told to come again. */
#pragma once

#include "job.h"

#define SERVE_TOGETHER 1024           /* batches in one transaction */
#define SERVE_SCAN_MS  INT64_C(60000) /* between looks at everything that is followed */
#define SERVE_PAUSE_MS INT64_C(30000) /* after the spool or the broker has failed us */

/* 1: the options ask for a service. */
int serve_is_wanted(const struct options *o);
/* The exit status. */
int serve_job(struct job *j);
