package simulator

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// encrypt is AES-256-CBC under the hash of the key, with a random vector in
// front and padding after PKCS#7. Source: encrypt-key-encryption-configuration.
func encrypt(key string, plain []byte) string {
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	sealed := make([]byte, aes.BlockSize+len(padded))
	_, _ = rand.Read(sealed[:aes.BlockSize]) // never fails
	cipher.NewCBCEncrypter(block, sealed[:aes.BlockSize]).CryptBlocks(sealed[aes.BlockSize:], padded)
	return base64.StdEncoding.EncodeToString(sealed)
}

// sign is the hex SHA-256 of timestamp, nonce, key and the body as it is sent.
func sign(timestamp, nonce, key string, body []byte) string {
	sum := sha256.Sum256(append([]byte(timestamp+nonce+key), body...))
	return hex.EncodeToString(sum[:])
}
