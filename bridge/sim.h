/* SPDX-License-Identifier: MIT */
/* sim: a simulated wearable and its wearer, after reference model of sleep and next-day
 * pain. */
#pragma once

#include "job.h"

/* What --truth writes, one row a person and day; units: the person's own SD. vu, vw: variances of
 * the noise of q and s; the process stands in sim_model.h. */
#define SIM_TRUTH_COLUMNS                                                                \
	"person,date,beta,lambda,phi,gamma,delta,ve,rho,vu,vw,pain_mean,tau,q,pain_sd,"  \
	"morning_sd,has_night,has_morning,has_evening\n"

/* Puts the people of the options into the collection. 0 or JOB_E_USAGE. */
int sim_job(struct job *j) must_check;
