package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/hybrid"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// A role is the one purpose that a keyset serves.
type role string

const (
	roleToken   role = "token"
	roleCA      role = "ca"
	roleVault   role = "vault"
	roleAuditor role = "auditor"
)

// template returns the kind of key that a role uses. Each can be read by
// google/tink v1.7.0 too.
func (r role) template() *tinkpb.KeyTemplate {
	switch r {
	case roleToken:
		return prf.HMACSHA256PRFKeyTemplate()
	case roleAuditor:
		return hybrid.DHKEM_X25519_HKDF_SHA256_HKDF_SHA256_AES_256_GCM_Key_Template()
	default:
		return aead.AES256GCMKeyTemplate()
	}
}

// file returns the name of the role's keyset in the folder of keys.
func (r role) file() string { return string(r) + ".json" }

// sealedKeyset is a keyset file. Keyset is Tink's own JSON of an encrypted
// keyset; role and age are bound to it by the associated data.
type sealedKeyset struct {
	Version int             `json:"version"`
	Role    role            `json:"role"`
	Created string          `json:"created"`
	Keyset  json.RawMessage `json:"keyset"`
}

const sealedVersion = 1

func associatedData(r role, created string) []byte {
	return []byte("coatcheck/keyset/v1|" + string(r) + "|" + created)
}

// seal returns the file of a keyset. The age is kept to the second, in UTC.
func seal(h *keyset.Handle, kek KEK, r role, created time.Time) ([]byte, error) {
	file := sealedKeyset{Version: sealedVersion, Role: r, Created: created.UTC().Format(time.RFC3339)}
	var text bytes.Buffer
	err := h.WriteWithAssociatedData(keyset.NewJSONWriter(&text), wrapping{kek}, associatedData(r, file.Created))
	if err != nil {
		return nil, fmt.Errorf("seal the %s keyset: %w", r, err)
	}
	file.Keyset = text.Bytes()
	data, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// unseal opens the file of a keyset that was sealed for the same role.
func unseal(data []byte, kek KEK, r role) (*keyset.Handle, time.Time, error) {
	var file sealedKeyset
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, time.Time{}, fmt.Errorf("the %s keyset is damaged: %w", r, err)
	}
	if file.Version != sealedVersion || file.Role != r {
		return nil, time.Time{}, fmt.Errorf("not a %s keyset of version %d", r, sealedVersion)
	}
	created, err := time.Parse(time.RFC3339, file.Created)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("the %s keyset is damaged: it has no age", r)
	}
	reader := keyset.NewJSONReader(bytes.NewReader(file.Keyset))
	h, err := keyset.ReadWithAssociatedData(reader, wrapping{kek}, associatedData(r, file.Created))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("the %s keyset does not open with this key: %w", r, err)
	}
	return h, created, nil
}
