package keys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"

	"coatcheck/crypto/disk"
)

const (
	kekFile  = "kek.key"
	lockFile = ".lock"
	// publicMode is wide: the file is meant to be handed out.
	publicMode = 0o644
)

// publicFile returns the name of the n-th auditor's public keyset, from 1.
func publicFile(n int) string {
	if n == 1 {
		return "auditor.pub.json"
	}
	return fmt.Sprintf("auditor-%d.pub.json", n)
}

// Init makes what is missing in dir and leaves what exists as it is. It returns
// the names of the files that it made. With o.Auditors it installs these public
// keysets and makes no pair; it is an error if others are installed already.
// Two processes may call it at once.
func Init(dir string, o Options) (made []string, err error) {
	given, err := readAuditors(o.Auditors)
	if err != nil {
		return nil, err
	}
	if err := disk.Dir(dir); err != nil {
		return nil, err
	}
	unlock, err := disk.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	m := maker{dir: dir, now: o.now()}
	if err := m.keyFile(); err != nil {
		return m.made, err
	}
	for _, r := range []role{roleToken, roleCA, roleVault} {
		if _, err := m.keyset(r); err != nil {
			return m.made, err
		}
	}
	return m.made, m.auditors(given)
}

// maker makes what is missing in a folder whose lock the caller holds.
type maker struct {
	dir  string
	now  time.Time
	kek  KEK
	made []string
}

func (m *maker) path(name string) string { return filepath.Join(m.dir, name) }

func (m *maker) keyFile() (err error) {
	m.kek, err = OpenKeyFile(m.path(kekFile))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// A new key would make the keysets that are here unreadable for good.
	if orphans, err := filepath.Glob(m.path("*.json")); err != nil || len(orphans) > 0 {
		return errors.Join(err, fmt.Errorf("%s is missing beside keysets that it sealed: restore it, or move the folder away", m.path(kekFile)))
	}
	if m.kek, err = CreateKeyFile(m.path(kekFile)); err == nil {
		m.made = append(m.made, kekFile)
	}
	return err
}

// keyset opens the keyset of a role, or makes it.
func (m *maker) keyset(r role) (*keyset.Handle, error) {
	data, err := disk.Read(m.path(r.file()))
	if err == nil {
		h, _, err := unseal(data, m.kek, r)
		return h, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	h, err := keyset.NewHandle(r.template())
	if err != nil {
		return nil, err
	}
	if data, err = seal(h, m.kek, r, m.now); err != nil {
		return nil, err
	}
	if err := disk.Create(m.path(r.file()), data); err != nil {
		return nil, err
	}
	m.made = append(m.made, r.file())
	return h, nil
}

// auditors installs the given public keysets, or makes a pair if there is none.
func (m *maker) auditors(given []*AuditorPublic) error {
	installed, err := installedAuditors(m.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case len(given) > 0 && !slices.Equal(ids(given), ids(installed)):
		return fmt.Errorf("another auditor is installed in %s: move its *.pub.json away to replace it", m.dir)
	default:
		return nil
	}
	if len(given) == 0 {
		h, err := m.keyset(roleAuditor)
		if err != nil {
			return err
		}
		pair, err := auditorPrivate(h)
		if err != nil {
			return err
		}
		given = []*AuditorPublic{pair.Public()}
	}
	for i, a := range given {
		name := publicFile(i + 1)
		if err := disk.Replace(m.path(name), a.text, publicMode); err != nil {
			return err
		}
		m.made = append(m.made, name)
	}
	return nil
}

func ids(auditors []*AuditorPublic) []string {
	list := make([]string, len(auditors))
	for i, a := range auditors {
		list[i] = a.id
	}
	return list
}

func readAuditors(paths []string) ([]*AuditorPublic, error) {
	var list []*AuditorPublic
	for _, path := range paths {
		a, err := ReadAuditorPublic(path)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// installedAuditors reads the public keysets in dir, in order. None at all is
// fs.ErrNotExist.
func installedAuditors(dir string) ([]*AuditorPublic, error) {
	var paths []string
	for n := 1; ; n++ {
		path := filepath.Join(dir, publicFile(n))
		if _, err := os.Lstat(path); err != nil {
			if n > 1 && errors.Is(err, fs.ErrNotExist) {
				return readAuditors(paths)
			}
			return nil, err
		}
		paths = append(paths, path)
	}
}
