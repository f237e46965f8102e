/* SPDX-License-Identifier: MIT */
/* libcurl, loaded when something is first posted: it brings two dozen libraries along, which
 * would cost every hub 4 MB, push or not. Its functions under their own names. */
#pragma once

#define CURL_DISABLE_TYPECHECK /* its macros would not find them in a struct */
#include <curl/curl.h>

#define CURL_SONAME "libcurl.so.4"
#define CURL_FUNCTIONS(X)                                                                \
	X(curl_global_init)                                                              \
	X(curl_global_cleanup)                                                           \
	X(curl_multi_init)                                                               \
	X(curl_multi_setopt)                                                             \
	X(curl_multi_assign)                                                             \
	X(curl_multi_socket_action)                                                      \
	X(curl_multi_info_read)                                                          \
	X(curl_multi_add_handle)                                                         \
	X(curl_multi_remove_handle)                                                      \
	X(curl_multi_cleanup)                                                            \
	X(curl_easy_init)                                                                \
	X(curl_easy_setopt)                                                              \
	X(curl_easy_getinfo)                                                             \
	X(curl_easy_strerror)                                                            \
	X(curl_easy_cleanup)                                                             \
	X(curl_slist_append)                                                             \
	X(curl_slist_free_all)

struct curl_api {
#define CURL_FIELD(name) __typeof__(name) *name;
	CURL_FUNCTIONS(CURL_FIELD)
#undef CURL_FIELD
};

/* 0, or -ELIBACC: it is not installed, or is not what we know. It is never unloaded. */
int curl_api_load(struct curl_api *ret) __attribute__((warn_unused_result));
