//go:build !linux

package disk

import "os"

const roomy = false

func datasync(f *os.File) error { return f.Sync() }
