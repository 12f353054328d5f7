#include "streamkey.h"
#include "hex.h"

#include <sodium.h>
#include <string.h>

enum { KEY_BYTES = 24, HASH_BYTES = 32 };

int
streamkey_make(char dst[STREAMKEY_TEXT_SIZE])
{
	unsigned char bytes[KEY_BYTES];

	if (sodium_init() == -1)
		return -1;
	randombytes_buf(bytes, sizeof(bytes));
	(void)sodium_bin2base64(dst, STREAMKEY_TEXT_SIZE, bytes, sizeof(bytes),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
	return 0;
}

int
streamkey_subject(char dst[STREAMKEY_SUBJECT_SIZE], struct str key)
{
	static const char prefix[] = "streamkey/";
	unsigned char hash[HASH_BYTES];

	if (sodium_init() == -1)
		return -1;
	(void)crypto_generichash(
	    hash, sizeof(hash), (const unsigned char *)key.p, key.len, NULL, 0);
	memcpy(dst, prefix, sizeof(prefix) - 1);
	hex_encode(dst + sizeof(prefix) - 1, hash, sizeof(hash));
	return 0;
}
