/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls knows x86-64 and aarch64"
#endif

#ifdef __SANITIZE_ADDRESS__
#define OTHERWISE (SECCOMP_RET_ERRNO | EPERM)
#else
#define OTHERWISE SECCOMP_RET_KILL_PROCESS
#endif

/* Memory, time, what is open, and the end. Nothing that opens, connects or starts anything. */
static const unsigned allowed[] = {
    SYS_read,          SYS_write,      SYS_pread64,   SYS_pwrite64,     SYS_lseek,
    SYS_fstat,         SYS_newfstatat, SYS_ftruncate, SYS_close,        SYS_mmap,
    SYS_munmap,        SYS_mremap,     SYS_mprotect,  SYS_brk,          SYS_madvise,
    SYS_clock_gettime, SYS_futex,      SYS_getrandom, SYS_rt_sigreturn, SYS_rt_sigprocmask,
    SYS_exit,          SYS_exit_group,
#ifdef __SANITIZE_ADDRESS__
    SYS_sigaltstack,   SYS_gettid,     SYS_getpid,
#endif
};

enum { HEAD = 4, PROGRAM = HEAD + 2 * (int)COUNT(allowed) + 1 };

static size_t write_program(struct sock_filter out[PROGRAM])
{
    size_t n = 0;

    out[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    out[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    out[n++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < COUNT(allowed); i++) {
        out[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], 0, 1);
        out[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    out[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, OTHERWISE);
    return n;
}

static int limit(int resource, rlim_t most)
{
    return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){most, most});
}

static int set_limits(const struct sandbox *limits)
{
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
    if (limit(RLIMIT_AS, limits->memory_bytes) < 0)
        return -1;
#endif
    if (limit(RLIMIT_CPU, limits->cpu_s) < 0 || limit(RLIMIT_FSIZE, limits->file_bytes) < 0)
        return -1;
    return limit(RLIMIT_CORE, 0);
}

int sandbox_enter(const struct sandbox *limits, struct err *e)
{
    struct sock_filter program[PROGRAM];
    const struct sock_fprog filter = {(unsigned short)write_program(program), program};

    if (set_limits(limits) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
        return err_set(e, ERR_SYSTEM, "could not enter the sandbox: %s", strerror(errno));
    return 0;
}
