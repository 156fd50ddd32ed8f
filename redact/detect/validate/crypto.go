package validate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"golang.org/x/crypto/sha3"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58check decodes Bitcoin's base 58 and checks the four bytes at its end.
func base58check(s string) bool { return checked58(base58, s) }

// ripple is the same in the XRP Ledger's alphabet.
func ripple(s string) bool {
	return checked58("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz", s)
}

// checked58 checks the last four of 25 bytes, a double SHA-256 of the others.
func checked58(alphabet, s string) bool {
	n := new(big.Int)
	for i := range len(s) {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return false
		}
		n.Add(n.Mul(n, big.NewInt(58)), big.NewInt(int64(v)))
	}
	if n.BitLen() > 25*8 {
		return false
	}
	var raw [25]byte
	n.FillBytes(raw[:])
	first := sha256.Sum256(raw[:21])
	second := sha256.Sum256(first[:])
	return bytes.Equal(raw[21:], second[:4])
}

// bech32 checks an address of BIP 173 or 350: prefix, 1, data, six symbols.
func bech32(s string) bool {
	low := strings.ToLower(s)
	if low != s && strings.ToUpper(s) != s {
		return false
	}
	at := strings.LastIndexByte(low, '1')
	if at < 1 || len(low)-at < 7 {
		return false
	}
	sum := uint32(1)
	for i := range at {
		sum = polymod(sum, low[i]>>5)
	}
	sum = polymod(sum, 0)
	for i := range at {
		sum = polymod(sum, low[i]&31)
	}
	for i := at + 1; i < len(low); i++ {
		v := strings.IndexByte("qpzry9x8gf2tvdw0s3jn54khce6mua7l", low[i])
		if v < 0 {
			return false
		}
		sum = polymod(sum, byte(v))
	}
	return sum == 1 || sum == 0x2bc830a3
}

func polymod(sum uint32, v byte) uint32 {
	top := sum >> 25
	sum = sum&0x1ffffff<<5 ^ uint32(v)
	for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 == 1 {
			sum ^= g
		}
	}
	return sum
}

// eip55 checks the case of an Ethereum address: a letter is a capital where the
// Keccak-256 of the lower-case address has a nibble of 8 or more. One case
// throughout carries no checksum.
func eip55(s string) bool {
	digits := strings.TrimPrefix(s, "0x")
	low := strings.ToLower(digits)
	if len(digits) != 40 || low == digits || strings.ToUpper(digits) == digits {
		return false
	}
	h := sha3.NewLegacyKeccak256()
	h.Write([]byte(low))
	sum := hex.EncodeToString(h.Sum(nil))
	for i := range len(digits) {
		if (isUpper(digits[i]) && sum[i] < '8') || (isLower(digits[i]) && sum[i] >= '8') {
			return false
		}
	}
	return true
}
