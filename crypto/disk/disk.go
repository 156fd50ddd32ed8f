// Package disk reads and writes the files that only their owner may see.
//
// The law it keeps: a private file is a regular file of mode 0600 in a folder
// of mode 0700, both owned by the user the process runs as, and it is either
// the old one or the new one, never half of it. What breaks this is refused
// with [ErrUnsafe], not repaired: somebody may already have read it.
//
// Windows has neither these modes nor these owners; there the checks of mode
// and owner pass, and what protects a file is the access list of its folder.
package disk

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrUnsafe is what every refusal of a file or folder wraps: too wide a mode,
// another owner, a symbolic link, or something that is no regular file.
var ErrUnsafe = errors.New("unsafe file")

// MaxSize is the largest private file that [Read] accepts, in bytes.
const MaxSize = 1 << 20

const (
	fileMode = 0o600
	dirMode  = 0o700
)

// Dir makes the folder path and its missing parents with mode 0700, or checks
// the folder that is there. The names of those that it makes are on the medium
// when it returns: a file in a folder whose name is lost is lost, too.
func Dir(path string) error {
	var parents []string // of the missing folders, the innermost first
	for at := filepath.Clean(path); filepath.Dir(at) != at; at = filepath.Dir(at) {
		if _, err := os.Lstat(at); err == nil {
			break
		}
		parents = append(parents, filepath.Dir(at))
	}
	if err := os.MkdirAll(path, dirMode); err != nil {
		return err
	}
	for _, dir := range parents {
		if err := Sync(dir); err != nil {
			return err
		}
	}
	return CheckDir(path)
}

// CheckDir checks a folder that has to be there. A missing one is
// fs.ErrNotExist.
func CheckDir(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: %s is not a folder", ErrUnsafe, path)
	}
	return check(path, info, dirMode)
}

// Read returns the content of the private file at path. A missing file is
// fs.ErrNotExist.
func Read(path string) ([]byte, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, MaxSize)
	}
	return data, nil
}

// open checks the file that it opened, not the name, so that nobody can swap
// one for the other in between.
func open(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		if isLink(err) {
			return nil, fmt.Errorf("%w: %s is a symbolic link", ErrUnsafe, path)
		}
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is not a regular file", ErrUnsafe, path)
	}
	if err == nil {
		err = check(path, info, fileMode)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Create writes a new private file. One that exists is left alone and is
// fs.ErrExist, even when two processes try at once.
func Create(path string, data []byte) error {
	temp, err := writeTemp(path, data, fileMode)
	if err != nil {
		return err
	}
	// A link fails where a rename would overwrite.
	err = errors.Join(os.Link(temp, path), os.Remove(temp))
	if err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// Replace writes the file at path in one step: who opens it sees all of the
// old content or all of the new. mode is 0600 for what is private. The blocks
// of the old content may stay on the medium until they are used again.
func Replace(path string, data []byte, mode fs.FileMode) error {
	temp, err := writeTemp(path, data, mode)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return Sync(filepath.Dir(path))
}

// Lock waits for the lock file at path, which it makes if need be, and returns
// what gives it back. It holds off other processes and other calls alike.
func Lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, fileMode)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}

// writeTemp writes data to a new file beside path and returns its name.
func writeTemp(path string, data []byte, mode fs.FileMode) (name string, err error) {
	name = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, bytes.NewReader(data))
	if err == nil {
		err = f.Chmod(mode) // a wide file is meant to be wide whatever the umask
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(name))
	}
	return name, nil
}

// Within reports whether path is dir or lies below it. Both are absolute.
func Within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
