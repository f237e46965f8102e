/* SPDX-License-Identifier: MIT */
/* The endpoint's answers: JSON, one object, plain words, and the headers that belong to them. */
#pragma once

#include "http.h"
#include "http/mhd.h"

/* The sentence that belongs to the status; 200: that something listens here. */
enum MHD_Result http_answer_plain(const struct mhd *mhd, struct MHD_Connection *c,
	unsigned status, size_t limit_mib);
enum MHD_Result http_answer_error(const struct mhd *mhd, struct MHD_Connection *c,
	unsigned status, const char *text);
enum MHD_Result http_answer_reply(
	const struct mhd *mhd, struct MHD_Connection *c, const struct http_reply *r);
