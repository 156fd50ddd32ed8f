//go:build !unix

package disk

import "io/fs"

const (
	noFollow = 0
	noWait   = 0
)

func isLink(error) bool { return false }

// check passes: there are no modes and no owners here.
func check(string, fs.FileInfo, fs.FileMode) error { return nil }

// Sync does nothing: names are made durable by the system here.
func Sync(string) error { return nil }
