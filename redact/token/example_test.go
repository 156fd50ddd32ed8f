package token_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"coatcheck/redact/plain"
	"coatcheck/redact/token"
)

// key stands for a keyset; in the proxy it is one of Tink's.
type key string

func (k key) ComputePrimaryPRF(input []byte, n uint32) ([]byte, error) {
	mac := hmac.New(sha256.New, []byte(k))
	mac.Write(input)
	return mac.Sum(nil)[:n], nil
}

// A value goes out as a token and comes back as itself, but not inside a URL.
func Example() {
	scope, err := token.NewScope(key("secret"), "alice", "api.example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	minter := token.NewMinter(scope)
	email, err := minter.Mint("EMAIL", plain.New("jane@example.com"), token.Brackets)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := "Write to " + email.String() + ", see https://example.com/?to=" + email.String()

	r := token.NewRestorer(minter.Live(), token.URLGuard())
	r.Push(answer)
	r.Close()
	last := 0
	for {
		start, end, with, ok := r.Next()
		if !ok {
			break
		}
		fmt.Print(answer[last:start], with)
		last = end
	}
	fmt.Println(answer[last:])
	fmt.Printf("%+v\n", r.Counts())
	// Output:
	// Write to jane@example.com, see https://example.com/?to=[EMAIL_GNK3BV]
	// {Restored:1 Unknown:0 Guarded:1}
}
