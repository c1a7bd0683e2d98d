/* SPDX-License-Identifier: Apache-2.0 */
/* code - how long a code may be: of a unit, a service, an area, a state, a reason. */
#ifndef CODE_H
#define CODE_H

enum {
    /* In the catalogue, characters that are all ASCII: schemas/catalogue.md, "code". */
    CODE_MOST = 32,
    /* In messages and letters, characters of any kind: schemas/bus and schemas/worker-protocol.md.
     * It leaves room for what no catalogue names. */
    CODE_SAID_MOST = 40,
    CODE_SIZE = 4 * CODE_SAID_MOST + 1 /* bytes that the longest one takes, with the final NUL */
};

#endif
