//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package disk

import "os"

// Writing reports false: it cannot be told here.
func Writing(*os.File) bool { return false }

// lock does nothing: two processes that share a folder here must not make or
// rotate keys at the same moment.
func lock(*os.File) error { return nil }
