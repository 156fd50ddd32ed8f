package disk

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Mounted reports whether dir lies, or would lie, on something that was
// mounted rather than on the root file system. It reads mountinfo, see proc(5): device
// numbers would not tell a bind mount from the folder around it.
func Mounted(dir string) (bool, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false, err
	}
	return mountedAt(table, dir)
}

// mountedAt reports whether table has a mount point, other than the root,
// at dir or above it.
func mountedAt(table []byte, dir string) (bool, error) {
	for line := range bytes.Lines(table) {
		fields := bytes.Fields(line)
		if len(fields) < 5 {
			return false, fmt.Errorf("mountinfo has a line of %d fields", len(fields))
		}
		point := unescapeMount(string(fields[4]))
		if point != "/" && Within(dir, point) {
			return true, nil
		}
	}
	return false, nil
}

// unescapeMount undoes the octal escapes of spaces and the like.
func unescapeMount(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				out, i = append(out, byte(n)), i+3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}
