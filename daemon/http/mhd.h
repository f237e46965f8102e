/* SPDX-License-Identifier: MIT */
/* libmicrohttpd, loaded when somebody is to be served: it brings GnuTLS along, which would cost
 * every hub 3 MB, page or not. Its functions under their own names. */
#pragma once

#include <microhttpd.h>

#define MHD_SONAME "libmicrohttpd.so.12"
#define MHD_FUNCTIONS(X)                                                                 \
	X(MHD_start_daemon)                                                              \
	X(MHD_stop_daemon)                                                               \
	X(MHD_run)                                                                       \
	X(MHD_get_timeout)                                                               \
	X(MHD_get_daemon_info)                                                           \
	X(MHD_get_connection_info)                                                       \
	X(MHD_lookup_connection_value)                                                   \
	X(MHD_create_response_from_buffer)                                               \
	X(MHD_add_response_header)                                                       \
	X(MHD_queue_response)                                                            \
	X(MHD_destroy_response)

struct mhd {
#define MHD_FIELD(name) __typeof__(name) *name;
	MHD_FUNCTIONS(MHD_FIELD)
#undef MHD_FIELD
};

/* 0, or -ELIBACC: it is not installed, or is not what we know. It is never unloaded. */
int mhd_load(struct mhd *ret) __attribute__((warn_unused_result));
