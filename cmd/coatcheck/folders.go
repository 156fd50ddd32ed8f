package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"coatcheck/crypto/disk"
)

// files puts the files below every folder among names in its place: regular ones
// that hold text, in the order of their names, and nothing of .git. It counts
// those that it passes over because they hold none. What is no folder is kept as
// it is, readable or not: it was named.
func files(names []string) (list []string, skipped int, err error) {
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			list = append(list, name)
			continue
		}
		err := filepath.WalkDir(name, func(path string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && e.Name() == ".git":
				return filepath.SkipDir
			case !e.Type().IsRegular():
				return nil
			}
			text, err := holdsText(path)
			if err != nil {
				return err
			}
			if text {
				list = append(list, path)
			} else {
				skipped++
			}
			return nil
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return list, skipped, nil
}

// holdsText reports whether a file has no zero byte, as git tells text from the
// rest, but to its end: the scan would refuse it.
func holdsText(path string) (bool, error) {
	f, err := disk.OpenShared(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	part := make([]byte, 64<<10)
	for {
		n, err := f.Read(part)
		if bytes.IndexByte(part[:n], 0) >= 0 {
			return false, nil
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// filesOf is files, and says what was passed over.
func filesOf(names []string, std stdio) ([]string, error) {
	list, skipped, err := files(names)
	if skipped > 0 {
		say(std.err, "%s not scanned: no text in UTF-8", plural(skipped, "file"))
	}
	return list, err
}
