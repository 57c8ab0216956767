// SPDX-License-Identifier: GPL-3.0-or-later
// Which constants of which headers an argument can be. Names and numbers themselves come from the headers.
//
// headers  where the constants are defined
// pattern  which names of these headers are meant
// except   which of them are not: values of other arguments, other names of the same thing
// kind     value: the argument is one of them. bits: it is a set of them
// mask     the part of the argument that counts, as a C expression; default: all of it
// zero     the name of the empty set
// indented false: a macro that the header indents (`# define`) is a value for the function above it, not a function
// from     libc: the header is the C library's, as no UAPI header has these constants; default: kernel
//
// Of several names for a number the first one that a header defines is taken.

const mman = ["linux/mman.h"];
const socket = { headers: ["sys/socket.h"], from: "libc" };

export const SETS = {
  "fcntl-command": {
    headers: ["linux/fcntl.h"],
    kind: "value",
    pattern: /^F_/,
    except: /LCK$|^F_(OWNER|SEAL)_|_BASE$/,
  },
  "prctl-option": { headers: ["linux/prctl.h"], kind: "value", pattern: /^PR_/, except: /^PR_CFI_/, indented: false },
  "arch-prctl-code": {
    headers: ["asm/prctl.h"],
    kind: "value",
    pattern: /^ARCH_/,
    except: /^ARCH_(XCOMP_|SHSTK_SHSTK|SHSTK_WRSS)/,
  },
  resource: { headers: ["linux/resource.h"], kind: "value", pattern: /^RLIMIT_/ },
  "usage-who": { headers: ["linux/resource.h"], kind: "value", pattern: /^RUSAGE_/ },
  protection: { headers: mman, kind: "bits", pattern: /^PROT_/, zero: "PROT_NONE" },
  "mapping-type": { headers: mman, kind: "value", pattern: /^MAP_/, except: /^MAP_(FILE|TYPE)$/, mask: "MAP_TYPE" },
  "mapping-flags": {
    headers: mman,
    kind: "bits",
    pattern: /^MAP_/,
    except: /^MAP_HUGE_/,
    mask: "~(MAP_TYPE | MAP_HUGE_MASK << MAP_HUGE_SHIFT)",
  },
  "mapping-huge": { headers: mman, kind: "value", pattern: /^MAP_HUGE_.*B$/, mask: "MAP_HUGE_MASK << MAP_HUGE_SHIFT" },
  "remap-flags": { headers: mman, kind: "bits", pattern: /^MREMAP_/ },
  advice: { headers: mman, kind: "value", pattern: /^MADV_/ },
  "sync-flags": { headers: mman, kind: "bits", pattern: /^MS_/ },
  "lock-all-flags": { headers: mman, kind: "bits", pattern: /^MCL_/ },
  "futex-operation": {
    headers: ["linux/futex.h"],
    kind: "value",
    pattern: /^FUTEX_/,
    except: /_PRIVATE(_FLAG)?$|^FUTEX_(OP_|CLOCK_|CMD_|BITSET_|WAITERS$|OWNER_|TID_|WAITV_|32$|NO_NODE)/,
    mask: "FUTEX_CMD_MASK",
  },
  "clone-flags": { headers: ["linux/sched.h"], kind: "bits", pattern: /^CLONE_/, mask: "~CSIGNAL" },
  "unshare-flags": { headers: ["linux/sched.h"], kind: "bits", pattern: /^CLONE_/, except: /^CLONE_ARGS_/ },
  "scheduling-policy": {
    headers: ["linux/sched.h"],
    kind: "value",
    pattern: /^SCHED_/,
    except: /^SCHED_(FLAG_|RESET_)/,
    mask: "~SCHED_RESET_ON_FORK",
  },
  "access-mode": {
    headers: ["linux/fcntl.h"],
    kind: "value",
    pattern: /^O_/,
    except: /^O_ACCMODE$/,
    mask: "O_ACCMODE",
  },
  "open-flags": { headers: ["linux/fcntl.h"], kind: "bits", pattern: /^(O_|FASYNC$)/, mask: "~O_ACCMODE" },
  whence: { headers: ["linux/fs.h"], kind: "value", pattern: /^SEEK_/, except: /_MAX$/ },
  "rename-flags": { headers: ["linux/fs.h"], kind: "bits", pattern: /^RENAME_/ },
  "fallocate-mode": { headers: ["linux/falloc.h"], kind: "bits", pattern: /^FALLOC_FL_/ },
  "lock-operation": {
    headers: ["linux/fcntl.h"],
    kind: "value",
    pattern: /^LOCK_/,
    except: /^LOCK_NB$/,
    mask: "~LOCK_NB",
  },
  "lock-flags": { headers: ["linux/fcntl.h"], kind: "bits", pattern: /^LOCK_NB$/, mask: "LOCK_NB" },
  "epoll-operation": { headers: ["linux/eventpoll.h"], kind: "value", pattern: /^EPOLL_CTL_/ },
  clock: { headers: ["linux/time.h"], kind: "value", pattern: /^CLOCK_/, except: /_LAST$/ },
  "interval-timer": { headers: ["linux/time.h"], kind: "value", pattern: /^ITIMER_/ },
  "shm-command": {
    headers: ["linux/ipc.h", "linux/shm.h"],
    kind: "value",
    pattern: /^(IPC_(RMID|SET|STAT|INFO)|SHM_(LOCK|UNLOCK|STAT|INFO|STAT_ANY))$/,
    mask: "~IPC_64",
  },
  "sem-command": {
    headers: ["linux/ipc.h", "linux/sem.h"],
    kind: "value",
    pattern: /^(IPC_(RMID|SET|STAT|INFO)|SEM_(STAT|INFO|STAT_ANY)|(GET|SET)(PID|VAL|ALL|NCNT|ZCNT))$/,
    mask: "~IPC_64",
  },
  "msg-command": {
    headers: ["linux/ipc.h", "linux/msg.h"],
    kind: "value",
    pattern: /^(IPC_(RMID|SET|STAT|INFO)|MSG_(STAT|INFO|STAT_ANY))$/,
    mask: "~IPC_64",
  },
  "mask-change": { headers: ["asm/signal.h"], kind: "value", pattern: /^SIG_(BLOCK|UNBLOCK|SETMASK)$/ },
  "file-advice": { headers: ["linux/fadvise.h"], kind: "value", pattern: /^POSIX_FADV_/ },
  "random-flags": { headers: ["linux/random.h"], kind: "bits", pattern: /^GRND_/ },
  "memfd-flags": {
    headers: ["linux/memfd.h"],
    kind: "bits",
    pattern: /^MFD_/,
    except: /^MFD_HUGE_/,
    mask: "~(MFD_HUGE_MASK << MFD_HUGE_SHIFT)",
  },
  "membarrier-command": {
    headers: ["linux/membarrier.h"],
    kind: "value",
    pattern: /^MEMBARRIER_CMD_/,
    except: /_FLAG_|_SHARED$/,
  },
  "seccomp-operation": { headers: ["linux/seccomp.h"], kind: "value", pattern: /^SECCOMP_(SET_MODE|GET)_/ },
  "key-operation": {
    headers: ["linux/keyctl.h"],
    kind: "value",
    pattern: /^KEYCTL_/,
    except: /^KEYCTL_(SUPPORTS|CAPS\d)_|^KEYCTL_MOVE_EXCL$/,
  },
  "wait-options": { headers: ["linux/wait.h"], kind: "bits", pattern: /^W[A-Z]+$|^__W(NOTHREAD|ALL|CLONE)$/ },
  "socket-domain": { ...socket, kind: "value", pattern: /^AF_/, except: /^AF_(MAX|LOCAL|FILE|ROUTE)$/ },
  "socket-type": {
    ...socket,
    kind: "value",
    pattern: /^SOCK_/,
    except: /^SOCK_(CLOEXEC|NONBLOCK)$/,
    mask: "~(SOCK_CLOEXEC | SOCK_NONBLOCK)",
  },
  "socket-flags": {
    ...socket,
    kind: "bits",
    pattern: /^SOCK_(CLOEXEC|NONBLOCK)$/,
    mask: "SOCK_CLOEXEC | SOCK_NONBLOCK",
  },
  shutdown: { ...socket, kind: "value", pattern: /^SHUT_/ },
  "socket-level": {
    headers: ["sys/socket.h", "netinet/in.h", "netinet/tcp.h", "netinet/udp.h"],
    from: "libc",
    kind: "value",
    pattern: /^SOL_/,
  },
  "option-SOL_SOCKET": { headers: ["asm/socket.h"], kind: "value", pattern: /^SO_/, except: /_OLD$/ },
  "option-SOL_IP": {
    headers: ["linux/in.h"],
    kind: "value",
    pattern: /^(IP|MCAST)_/,
    except: /^IP_PMTUDISC_|^IP_DEFAULT_|^MCAST_(EX|IN)CLUDE$/,
  },
  "option-SOL_IPV6": {
    headers: ["linux/in6.h", "linux/in.h"],
    kind: "value",
    pattern: /^(IPV6|MCAST)_/,
    except: /^IPV6_(PMTUDISC_|TLV_|FL_|PRIORITY_|PREFER_|MIN_MTU|FLOW)/,
  },
  "option-SOL_TCP": {
    headers: ["linux/tcp.h"],
    kind: "value",
    pattern: /^TCP_[A-Z0-9_]+$/,
    except:
      /^TCP_(FLAG_|CA_|MSS_|NO_QUEUE|RECV_QUEUE|SEND_QUEUE|QUEUES_NR|REPAIR_(ON|OFF)|NLA_|MD5SIG_(MAX|FLAG|EXT_)|AO_(MAX|KEYF_)|RECEIVE_ZEROCOPY_|ACCECN_|DATA_OFFSET$)/,
  },
  "option-SOL_UDP": { headers: ["linux/udp.h"], kind: "value", pattern: /^UDP_/, except: /^UDP_ENCAP_/ },
  "option-SOL_NETLINK": {
    headers: ["linux/netlink.h"],
    kind: "value",
    pattern: /^NETLINK_(ADD|DROP|PKTINFO|BROADCAST_E|NO_|RX_|TX_|LIST|CAP_|EXT_|GET_)/,
  },
  "option-SOL_PACKET": {
    headers: ["linux/if_packet.h"],
    kind: "value",
    pattern: /^PACKET_/,
    except:
      /^PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|FANOUT_(?!DATA)\w+|MR_\w+)$/,
  },
};

/**
 * Requests of ioctl(2) are the macros that are built with _IOC(), in all headers, and those of these headers that are plain
 * numbers, told by the byte that is their type. Headers that are named here come before all others, in this order: of several
 * names for a number the first one is taken (TCSETS, not SNDCTL_TMR_START).
 */
export const IOCTL_FIRST = [
  { header: "asm/ioctls.h", type: 0x54 },
  { header: "linux/sockios.h", type: 0x89 },
  { header: "linux/fs.h" },
  { header: "linux/cdrom.h", type: 0x53 },
  { header: "linux/hdreg.h", type: 0x03 },
  { header: "linux/kd.h", type: 0x4b },
  { header: "linux/vt.h", type: 0x56 },
  { header: "linux/loop.h", type: 0x4c },
  { header: "linux/lp.h", type: 0x06 },
  { header: "scsi/sg.h", type: 0x22 },
  { header: "scsi/scsi_ioctl.h", type: 0x53 },
  { header: "linux/wireless.h", type: 0x8b },
];

/** Directories of the headers that ioctl requests are looked for in. */
export const IOCTL_DIRECTORIES = ["asm", "linux", "drm", "misc", "mtd", "rdma", "scsi", "sound", "video", "xen"];
