package main

import (
	"math"
	"regexp"
	"strconv"
	"testing"
	"testing/fstest"
)

func TestControlGroupLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"none":    {nil, math.MaxInt64},
		"no file": {map[string]string{"proc/self/cgroup": "0::/\n"}, math.MaxInt64},
		"max":     {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "max\n"}, math.MaxInt64},
		"own":     {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"of the group above": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "1000\n",
		}, 1000},
		"the smallest": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "900\n", "sys/fs/cgroup/a/memory.max": "1000\n",
		}, 900},
		"version 1, a path of the host's": {map[string]string{
			"proc/self/cgroup": "12:cpu,cpuacct:/x\n4:memory:/docker/0123\n0::/y\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "2000\n",
		}, 2000},
		"version 1, no limit": {map[string]string{
			"proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, math.MaxInt64},
		"damaged": {map[string]string{"proc/self/cgroup": "x\n0::/\n", "sys/fs/cgroup/memory.max": "-1\n"}, math.MaxInt64},
	} {
		root := fstest.MapFS{}
		for path, text := range tt.files {
			root[path] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := cgroupLimit(root); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

func TestInFlightFitsTheMemory(t *testing.T) {
	const none = math.MaxInt64
	for _, tt := range []struct {
		memory memory
		set    int64
		want   int64 // 0: a fault
	}{
		{memory{none, none}, 0, 512 << 20},
		{memory{none, none}, 4 << 30, 4 << 30},
		{memory{none, none}, -1, 0},
		{memory{4 << 30, none}, 0, 512 << 20},
		{memory{460 << 20, 512 << 20}, 0, 230 << 20},
		{memory{none, 300 << 20}, 0, 100 << 20},
		{memory{1 << 30, 300 << 20}, 0, 100 << 20},
		{memory{460 << 20, 512 << 20}, 396 << 20, 396 << 20},
		{memory{460 << 20, 512 << 20}, 397 << 20, 0},
		{memory{none, 32 << 20}, 1, 0},
		{memory{none, 30 << 20}, 0, 10 << 20},
	} {
		got, err := tt.memory.inFlight(tt.set)
		if got != tt.want || (err != nil) != (tt.want == 0) {
			t.Errorf("%+v, set to %d: %d, %v, want %d", tt.memory, tt.set, got, err, tt.want)
		}
	}
}

// TestRecipesHoldTheirMemory: a sidecar that says "busy" at its own budget is
// not killed by the kernel before.
func TestRecipesHoldTheirMemory(t *testing.T) {
	for name, recipe := range map[string][]byte{"kubernetes": kubernetesRecipe, "compose": composeRecipe} {
		m := memory{
			collector: mebibytes(t, recipe, `GOMEMLIMIT(?:, value)?: "?(\d+)MiB`),
			kernel:    mebibytes(t, recipe, `(?:limits: \{memory:|mem_limit:) (\d+)(?:Mi\b|m\b)`),
		}
		budget, err := m.inFlight(0)
		if err != nil {
			t.Fatal(err)
		}
		if m.collector >= m.kernel || budget+baseMemory > m.collector {
			t.Errorf("%s: %d in flight and %d besides under %+v", name, budget, int64(baseMemory), m)
		}
	}
}

func mebibytes(t *testing.T, recipe []byte, pattern string) int64 {
	t.Helper()
	found := regexp.MustCompile(pattern).FindAllSubmatch(recipe, -1)
	if len(found) != 1 {
		t.Fatalf("%d places match %s", len(found), pattern)
	}
	n, err := strconv.ParseInt(string(found[0][1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 20
}
