/* SPDX-License-Identifier: Apache-2.0 */
/* letter_check - the letters' files as they lie on the disk, and who makes them. */
#ifndef LETTER_CHECK_H
#define LETTER_CHECK_H

#include "cluster.h"

#include <sys/types.h>

/* Fails the test unless every file below the folder is whole, lies under its own hash and is a
 * letter's. How many there are. */
int letter_check_store(struct cluster *cluster, const char *letters_dir);
int letter_check_leftovers(const char *letters_dir); /* how many files are in its tmp/ */

/* A renderer of the running service letters; 0: there is none at the moment. */
pid_t letter_renderer(pid_t service);

#endif
