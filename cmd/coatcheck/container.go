package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"coatcheck/crypto/disk"
)

// contain completes and checks the settings of a serve that runs in a
// container, whose image sets COATCHECK_CONTAINER. What a desktop user gets by
// default would be wrong there without anybody seeing it: an auditor's private
// key beside the log, a root key on a volume, a log that ends with the
// container, certificates in a folder that no app mounts.
func (s *settings) contain() error {
	if s.ca == "" {
		s.ca = ephemeral
	}
	var errs []error
	if s.ca != ephemeral {
		errs = append(errs, errors.New("a container keeps its certificate authority in memory: take --ca (COATCHECK_CA) away"))
	}
	if s.auditor == "" && !s.noLog {
		errs = append(errs, errors.New("no auditor: name the public keyset that the log is sealed to with --auditor FILE (COATCHECK_AUDITOR), made elsewhere by `coatcheck keys init`; or say --no-log"))
	}
	if s.caOut != "" {
		errs = append(errs, mounted("--ca-out", s.caOut, "share it with the app"))
	}
	if !s.noLog {
		errs = append(errs, mounted("--state", s.state, "its log would end with the container"), s.checkApart(), s.checkNoPrivateKey())
	}
	return errors.Join(errs...)
}

// mounted refuses a folder that lies in the container's own layers.
func mounted(flag, dir, why string) error {
	on, err := disk.Mounted(dir)
	if err == nil && !on {
		err = fmt.Errorf("%s %s is not on a volume: mount one there, %s", flag, dir, why)
	}
	return err
}

// checkApart keeps the state out of what an app mounts.
func (s *settings) checkApart() error {
	if s.caOut == "" {
		return nil
	}
	shared, err := filepath.Abs(s.caOut)
	if err == nil && (disk.Within(s.state, shared) || disk.Within(shared, s.state)) {
		err = fmt.Errorf("--ca-out %s and --state %s overlap: the app would mount the keys; give each a volume of its own", s.caOut, s.state)
	}
	return err
}

// checkNoPrivateKey refuses a state volume that was made by `keys init`
// without --auditor: whoever reads it could read the log.
func (s *settings) checkNoPrivateKey() error {
	path := filepath.Join(s.state, "keys", "auditor.json")
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: the auditor's private key lies beside the log: move it to where the log is read", path)
	}
	return nil
}

// A clock outside of this span was never set: certificates would not verify
// and the log would be dated wrongly.
var (
	clockFrom = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	clockTo   = clockFrom.AddDate(20, 0, 0)
)

func checkClock(now time.Time) error {
	if now.Before(clockFrom) || now.After(clockTo) {
		return fmt.Errorf("the clock says %s: set it; certificates are not valid at that time", now.UTC().Format(time.DateOnly))
	}
	return nil
}

// explain says what to do about a folder that cannot be written.
func explain(err error, folders ...string) error {
	fault, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err
	}
	var advice string
	switch {
	case errors.Is(err, syscall.EROFS):
		advice = "mount it writable"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		advice = "make room, or give it a larger volume"
	case errors.Is(err, fs.ErrPermission):
		advice = fmt.Sprintf("give it to user %d, who runs this process", os.Geteuid())
	default:
		return err
	}
	for _, dir := range folders {
		at, err1 := filepath.Abs(fault.Path)
		root, err2 := filepath.Abs(dir)
		if dir != "" && err1 == nil && err2 == nil && disk.Within(at, root) {
			return fmt.Errorf("%s cannot be written: %w; %s", dir, fault.Err, advice)
		}
	}
	return err
}
