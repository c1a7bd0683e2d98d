/* SPDX-License-Identifier: Apache-2.0 */
/* citizen_command - what a citizen says about a case of his own, as a command to tracker.
 *
 * Both the JSON API and the pages go through here: whoever has the secret of the tracking link
 * speaks as the citizen. The answer comes after the commit. */
#ifndef CITIZEN_COMMAND_H
#define CITIZEN_COMMAND_H

#include "attachment.h"
#include "faults.h"
#include "intake.h"

enum citizen_action {
    CITIZEN_INFO,     /* answers the unit's question */
    CITIZEN_NOTE,     /* adds something */
    CITIZEN_RATE,     /* judges the answer; this closes the case */
    CITIZEN_REOPEN,   /* "not solved" */
    CITIZEN_WITHDRAW, /* wants nothing any more */
    CITIZEN_ACTIONS,
};

/* As addresses and forms name them: "answer", "notes", "rating", "not-solved", "withdrawal". */
extern const char *const citizen_action_names[CITIZEN_ACTIONS];
bool citizen_action_read(const char *name, enum citizen_action *out);

/* Whether it makes sense to offer the action; the judge is tracker (transitions.c), which also
 * looks at the time that is left. */
bool citizen_may(enum citizen_action action, const struct case_view *view);
/* The same of a case of which the state alone is known, and which follows no other. */
bool citizen_may_while(enum citizen_action action, const char *state);

/* Whether files may come along with it. */
bool citizen_takes_files(enum citizen_action action);

struct citizen_says {
    enum citizen_action action;
    const char *reference; /* as people type it */
    const char *secret; /* of the tracking link; NULL: none, which is answered like a wrong one */
    const char *key;    /* makes it safe to send again, of at most ENCODE_KEY_MAX characters; NULL:
                         * nothing does */
    const char *text;   /* NULL or "": none */
    int64_t score;      /* of a rating, 1 to 5; 0: none */
    const char *via;    /* a front end that the city trusts to speak for its citizens: no secret is
                         * needed, and the actor is "citizen:VIA"; NULL: nobody */
    bool note_may_answer; /* a note is the answer to the unit's question, if there is one */
    struct uuid *id;      /* gets the id of the command; may be NULL */
    struct attachment files[ATTACHMENTS_MOST]; /* that come along with a text */
    size_t file_count;
    const struct faults *refusal; /* for which it goes on only if it was said before, under its key;
                                   * NULL: for nothing. See citizen_admits */
};

enum { CITIZEN_TEXT = 4000, CITIZEN_SCORE_MAX = 5 };

/* Adds what is wrong with text ("/text") and score ("/score"). */
void citizen_check(const struct citizen_says *says, struct faults *faults);

/* Whether what was checked may go on to citizen_command: nothing is wrong with it, or, as its
 * refusal, what need not have been wrong when it was said under its key. Files are taken for some
 * hours, and as many as the catalogue allows, but the first answer is given again for 90 days. */
bool citizen_admits(struct citizen_says *says, const struct faults *faults);

/* Of outcome and e one is NULL. ERR_INPUT: there is no such case, or the secret is wrong.
 * ERR_CONFLICT: a rule of tracker forbids it; see citizen_rule. Both are NULL when it was not said
 * before and is refused: why stands in the intake's faults. */
typedef void citizen_answer_fn(void *ctx, const struct case_outcome *outcome, const struct err *e);

/* Says what citizen_admits has let pass. fn is called once, later. On -1 it is not
 * called: ERR_INPUT for a reference that cannot exist (to be answered like one that does not), else
 * ERR_BUSY. */
int citizen_command(struct intake *intake, const struct citizen_says *says, citizen_answer_fn *fn,
                    void *ctx, struct err *e) CHECKED;

/* The stable name of the rule that an ERR_CONFLICT of tracker names ("state", "confirm", "rated",
 * "answered", "waits", "window"; "id": the key was used for something else) into out, and the rule
 * in words. The words are tracker's own where we have none. */
enum { CITIZEN_RULE_SIZE = 24 };
const char *citizen_rule(const struct err *e, enum language language, char out[CITIZEN_RULE_SIZE]);

#endif
