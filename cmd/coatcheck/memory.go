package main

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	// mostInFlight is what is in flight where memory is not limited.
	mostInFlight = 512 << 20
	// baseMemory is what the process takes besides what is in flight, in bytes:
	// rules, connections, windows of decoders, and what the collector is behind.
	baseMemory = 64 << 20
)

// memory is how much the process may take, in bytes; math.MaxInt64 where
// nothing says so.
type memory struct {
	collector int64 // GOMEMLIMIT, to which Go's collector holds the heap
	kernel    int64 // the limit of the control group, over which the process is killed
}

// memoryLimits reads them. root is the file system's root.
func memoryLimits(root fs.FS) memory {
	return memory{debug.SetMemoryLimit(-1), cgroupLimit(root)}
}

// inFlight is the budget of the bytes in flight: as the configuration has it,
// or by default what leaves room beside it under either limit. Without
// GOMEMLIMIT the heap may grow to twice of what is alive before it is collected.
func (m memory) inFlight(set int64) (int64, error) {
	most := int64(math.MaxInt64)
	if limit := min(m.collector, m.kernel); limit < math.MaxInt64 {
		most = limit - baseMemory
	}
	switch {
	case set < 0, set > 0 && set > most:
		if most == math.MaxInt64 {
			return 0, fmt.Errorf("proxy.in_flight %d: want the bytes that all requests may take together, or 0 for the default", set)
		}
		return 0, fmt.Errorf("proxy.in_flight %d: want at most %d bytes, 64 MiB below the memory limit of the process (GOMEMLIMIT or its control group's), or 0 for the default", set, max(most, 0))
	case set > 0:
		return set, nil
	case m.collector <= m.kernel:
		return min(mostInFlight, m.collector/2), nil
	default:
		return min(mostInFlight, m.collector/2, m.kernel/3), nil
	}
}

// cgroupLimit is the smallest memory limit of the process's control group and
// those above it (cgroups(7), versions 1 and 2). In a container the group's path
// may be the host's, so the root of the hierarchy is looked at in any case.
func cgroupLimit(root fs.FS) int64 {
	limit := int64(math.MaxInt64)
	groups, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return limit // not Linux
	}
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3) // number:controllers:path
		if len(parts) != 3 {
			continue
		}
		mount, file := "sys/fs/cgroup", "memory.max"
		if parts[1] != "" {
			if !strings.Contains(","+parts[1]+",", ",memory,") {
				continue
			}
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		}
		for group := path.Clean("/" + parts[2]); ; group = path.Dir(group) {
			text, err := fs.ReadFile(root, path.Join(mount, group, file))
			if err == nil {
				if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
					limit = min(limit, n)
				}
			}
			if group == "/" {
				break
			}
		}
	}
	if limit > 1<<60 { // how version 1 writes that there is none
		return math.MaxInt64
	}
	return limit
}
