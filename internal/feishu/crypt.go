package feishu

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// signature is what the platform signs a body with: the hash of timestamp,
// nonce, key and body in a row, in hexadecimal.
func signature(timestamp, nonce, key string, body []byte) string {
	hash := sha256.New()
	hash.Write([]byte(timestamp + nonce + key)) // never fails
	hash.Write(body)
	return hex.EncodeToString(hash.Sum(nil))
}

// decrypt opens what the platform encrypted: AES-256-CBC under the hash of the
// key, the vector in front, padded after PKCS#7. The SDK's helper looks at no
// padding, drops whatever surrounds the outermost braces and panics on some
// input. Source: encrypt-key-encryption-configuration-case.
func decrypt(key, text string) ([]byte, error) {
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("what is encrypted is no base64")
	}
	if len(sealed) < 2*aes.BlockSize || len(sealed)%aes.BlockSize != 0 {
		return nil, errors.New("what is encrypted is no run of whole blocks")
	}
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		return nil, err
	}
	plain := sealed[aes.BlockSize:]
	cipher.NewCBCDecrypter(block, sealed[:aes.BlockSize]).CryptBlocks(plain, plain)
	return unpad(plain)
}

// unpad takes the padding away: n bytes of the value n, from 1 to a block.
func unpad(plain []byte) ([]byte, error) {
	n := int(plain[len(plain)-1])
	if n < 1 || n > aes.BlockSize {
		return nil, errors.New("what was decrypted is not padded")
	}
	for _, b := range plain[len(plain)-n:] {
		if int(b) != n {
			return nil, errors.New("what was decrypted is not padded")
		}
	}
	return plain[:len(plain)-n], nil
}
