package feishu

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// answerWithin is how long an address has to answer a challenge. The platform
// gives it one second; from here it may be further away.
const answerWithin = 5 * time.Second

// AskChallenge asks an address to answer a challenge, as the platform does when
// the address is saved, and with a key encrypted as the platform's would be. The
// error says what came instead of the answer. Source: event-subscription-guide,
// URL verification.
func AskChallenge(ctx context.Context, over http.RoundTripper, address, encryptKey, verificationToken string) error {
	challenge := rand.Text()
	body, err := json.Marshal(map[string]string{"challenge": challenge, "token": verificationToken, "type": urlVerification})
	if err != nil {
		return err
	}
	if encryptKey != "" {
		if body, err = encrypt(encryptKey, body); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		return errors.New("it is no address")
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	client := http.Client{Transport: over, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return cause(err)
	}
	defer func() { _ = response.Body.Close() }() // it was read; nothing is lost
	var reply struct {
		Challenge string `json:"challenge"`
	}
	read, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch {
	case response.StatusCode == http.StatusUnauthorized:
		return errors.New("it refuses the Verification Token or the Encrypt Key: a huibao with another configuration runs there")
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("it answers with status %d", response.StatusCode)
	case err != nil || json.Unmarshal(read, &reply) != nil || reply.Challenge != challenge:
		return errors.New("something else answers there")
	}
	return nil
}

// encrypt seals a body as the platform does: AES-256-CBC under the key's hash,
// the initialisation vector in front. Source:
// encrypt-key-encryption-configuration-case.
func encrypt(key string, plain []byte) ([]byte, error) {
	padding := aes.BlockSize - len(plain)%aes.BlockSize
	for range padding {
		plain = append(plain, byte(padding))
	}
	sealed := make([]byte, aes.BlockSize+len(plain))
	if _, err := rand.Read(sealed[:aes.BlockSize]); err != nil {
		return nil, fmt.Errorf("encrypt a challenge: %w", err)
	}
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		return nil, fmt.Errorf("encrypt a challenge: %w", err)
	}
	cipher.NewCBCEncrypter(block, sealed[:aes.BlockSize]).CryptBlocks(sealed[aes.BlockSize:], plain) //nolint:gosec // it was filled at random above
	return json.Marshal(map[string]string{"encrypt": base64.StdEncoding.EncodeToString(sealed)})
}
