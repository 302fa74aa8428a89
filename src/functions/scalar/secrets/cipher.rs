//! `aes_encrypt` and `aes_decrypt`: ECB and CBC with PKCS padding, and GCM. What a mode
//! starts from (the IV) stands before the encrypted bytes.

use std::sync::Arc;

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockDecrypt, BlockEncrypt};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{AesGcm, KeyInit};
use arrow::array::{ArrayRef, AsArray, BinaryBuilder};

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::random::fresh_seed;
use crate::functions::scalar::typing::{Want, arity, expect};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["aes_encrypt"],
        bind: encrypt,
    },
    Scalar {
        names: &["aes_decrypt"],
        bind: |n, a, s| decrypt(n, a, s, false),
    },
    Scalar {
        names: &["try_aes_decrypt"],
        bind: |n, a, s| decrypt(n, a, s, true),
    },
];

/// Spark names both functions in its errors, whichever was called.
const BOTH: &str = "`aes_encrypt`/`aes_decrypt`";
const BLOCK: usize = 16;

fn encrypt(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 6)?;
    let kernel: Kernel = Arc::new(|args, rows| {
        each(args, rows, |row| {
            let iv = bytes(args, 4, row);
            let call = Call::new(args, row, 5)?;
            call.encrypted(bytes(args, 0, row), iv)
        })
    });
    bound(name, args, settings, kernel)
}

fn decrypt(name: &str, args: &[ArgType], settings: &Settings, is_try: bool) -> Result<Binding> {
    arity(name, args, 2, 5)?;
    let kernel: Kernel = Arc::new(move |args, rows| {
        each(args, rows, |row| {
            let decrypted = Call::new(args, row, 4).and_then(|c| c.decrypted(bytes(args, 0, row)));
            match decrypted {
                Err(_) if is_try => Ok(None),
                other => other,
            }
        })
    });
    bound(name, args, settings, kernel)
}

fn bound(name: &str, args: &[ArgType], settings: &Settings, kernel: Kernel) -> Result<Binding> {
    let (binary, text) = (Want::Is(DataType::Binary), Want::Is(DataType::String));
    let wants = [binary.clone(), binary.clone(), text.clone(), text, binary];
    Ok(Binding {
        args: expect(name, args, settings, &wants)?,
        returns: DataType::Binary,
        nullable: true,
        kernel,
    })
}

fn each(
    args: &[Arg],
    rows: usize,
    value: impl Fn(usize) -> Result<Option<Vec<u8>>>,
) -> Result<ArrayRef> {
    let mut out = BinaryBuilder::new();
    for row in 0..rows {
        out.append_option(match is_null(args, row) {
            true => None,
            false => value(row)?,
        });
    }
    Ok(Arc::new(out.finish()))
}

/// Bytes of an argument, none where it was left out.
fn bytes(args: &[Arg], index: usize, row: usize) -> &[u8] {
    match args.get(index) {
        Some(arg) => arg.array.as_binary::<i32>().value(arg.at(row)),
        None => &[],
    }
}

fn text<'a>(args: &'a [Arg], index: usize, row: usize, default: &'a str) -> &'a str {
    match args.get(index) {
        Some(arg) => arg.array.as_string::<i32>().value(arg.at(row)),
        None => default,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Ecb,
    Cbc,
    Gcm,
}

enum Key {
    Of16(Box<Aes128>),
    Of24(Box<Aes192>),
    Of32(Box<Aes256>),
}

/// How one row is to be encrypted or decrypted.
struct Call<'a> {
    bytes: &'a [u8],
    key: Key,
    mode: Mode,
    /// The mode as it was written, for messages.
    written: &'a str,
    aad: &'a [u8],
}

impl<'a> Call<'a> {
    fn new(args: &'a [Arg], row: usize, aad: usize) -> Result<Self> {
        let key = bytes(args, 1, row);
        let written = text(args, 2, row, "GCM");
        Ok(Self {
            bytes: key,
            key: Key::new(key)?,
            mode: mode(written, text(args, 3, row, "DEFAULT"))?,
            written,
            aad: bytes(args, aad, row),
        })
    }

    fn encrypted(&self, plain: &[u8], iv: &[u8]) -> Result<Option<Vec<u8>>> {
        let needed = match self.mode {
            Mode::Ecb => 0,
            Mode::Cbc => BLOCK,
            Mode::Gcm => 12,
        };
        if self.mode == Mode::Ecb && !iv.is_empty() {
            return Err(self.unsupported("UNSUPPORTED_FEATURE.AES_MODE_IV"));
        }
        let iv = match iv.is_empty() {
            true => random(needed),
            false => iv.to_vec(),
        };
        if iv.len() != needed {
            return Err(SparkError::new(
                "INVALID_PARAMETER_VALUE.AES_IV_LENGTH",
                &[
                    ("mode", self.written),
                    ("parameter", "`iv`"),
                    ("functionName", BOTH),
                    ("actualLength", &iv.len().to_string()),
                ],
            ));
        }
        self.check_aad()?;
        let mut out = iv.clone();
        match self.mode {
            Mode::Gcm => out.extend(self.sealed(&iv, plain)?),
            _ => {
                let padding = BLOCK - plain.len() % BLOCK;
                let mut padded = plain.to_vec();
                padded.resize(plain.len() + padding, padding as u8);
                let mut before = iv;
                for block in padded.chunks_exact_mut(BLOCK) {
                    xor(block, &before);
                    self.key.encrypt(block);
                    if self.mode == Mode::Cbc {
                        before = block.to_vec();
                    }
                }
                out.extend(padded);
            }
        }
        Ok(Some(out))
    }

    fn decrypted(&self, input: &[u8]) -> Result<Option<Vec<u8>>> {
        let (iv, body) = match self.mode {
            Mode::Ecb => input.split_at(0),
            Mode::Cbc | Mode::Gcm => {
                let needed = if self.mode == Mode::Cbc { BLOCK } else { 12 };
                if input.len() < needed {
                    return Err(wrong("Invalid buffer arguments"));
                }
                input.split_at(needed)
            }
        };
        self.check_aad()?;
        if self.mode == Mode::Gcm {
            return self.opened(iv, body).map(Some);
        }
        if !body.len().is_multiple_of(BLOCK) {
            let message = "Input length must be multiple of 16 when decrypting with padded cipher";
            return Err(wrong(message));
        }
        let mut plain = Vec::with_capacity(body.len());
        let mut before = iv;
        for block in body.chunks_exact(BLOCK) {
            let mut opened = block.to_vec();
            self.key.decrypt(&mut opened);
            xor(&mut opened, before);
            plain.extend(opened);
            if self.mode == Mode::Cbc {
                before = block;
            }
        }
        unpadded(plain).map(Some)
    }

    fn sealed(&self, iv: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let payload = Payload {
            msg: plain,
            aad: self.aad,
        };
        let nonce = GenericArray::from_slice(iv);
        let sealed = match self.bytes.len() {
            16 => AesGcm::<Aes128, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.encrypt(nonce, payload)),
            24 => AesGcm::<Aes192, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.encrypt(nonce, payload)),
            _ => AesGcm::<Aes256, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.encrypt(nonce, payload)),
        };
        sealed
            .map_err(SparkError::internal)?
            .map_err(|error| wrong(&error.to_string()))
    }

    fn opened(&self, iv: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        if sealed.len() < BLOCK {
            let message = "Input data too short to contain an expected tag length of 16bytes";
            return Err(wrong(message));
        }
        let payload = Payload {
            msg: sealed,
            aad: self.aad,
        };
        let nonce = GenericArray::from_slice(iv);
        let opened = match self.bytes.len() {
            16 => AesGcm::<Aes128, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.decrypt(nonce, payload)),
            24 => AesGcm::<Aes192, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.decrypt(nonce, payload)),
            _ => AesGcm::<Aes256, U12>::new_from_slice(self.bytes)
                .map(|gcm| gcm.decrypt(nonce, payload)),
        };
        opened
            .map_err(SparkError::internal)?
            .map_err(|_| wrong("Tag mismatch!"))
    }

    fn check_aad(&self) -> Result<()> {
        match self.mode == Mode::Gcm || self.aad.is_empty() {
            true => Ok(()),
            false => Err(self.unsupported("UNSUPPORTED_FEATURE.AES_MODE_AAD")),
        }
    }

    fn unsupported(&self, condition: &str) -> SparkError {
        let parameters = [("mode", self.written), ("functionName", "`aes_encrypt`")];
        SparkError::new(condition, &parameters)
    }
}

impl Key {
    fn new(key: &[u8]) -> Result<Self> {
        let known = match key.len() {
            16 => Aes128::new_from_slice(key).map(|k| Self::Of16(Box::new(k))),
            24 => Aes192::new_from_slice(key).map(|k| Self::Of24(Box::new(k))),
            32 => Aes256::new_from_slice(key).map(|k| Self::Of32(Box::new(k))),
            other => {
                return Err(SparkError::new(
                    "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH",
                    &[
                        ("parameter", "`key`"),
                        ("functionName", BOTH),
                        ("actualLength", &other.to_string()),
                    ],
                ));
            }
        };
        known.map_err(SparkError::internal)
    }

    fn encrypt(&self, block: &mut [u8]) {
        let block = GenericArray::from_mut_slice(block);
        match self {
            Self::Of16(key) => key.encrypt_block(block),
            Self::Of24(key) => key.encrypt_block(block),
            Self::Of32(key) => key.encrypt_block(block),
        }
    }

    fn decrypt(&self, block: &mut [u8]) {
        let block = GenericArray::from_mut_slice(block);
        match self {
            Self::Of16(key) => key.decrypt_block(block),
            Self::Of24(key) => key.decrypt_block(block),
            Self::Of32(key) => key.decrypt_block(block),
        }
    }
}

fn mode(mode: &str, padding: &str) -> Result<Mode> {
    let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
    let padded = is(padding, "PKCS") || is(padding, "DEFAULT");
    let plain = is(padding, "NONE") || is(padding, "DEFAULT");
    if is(mode, "ECB") && padded {
        Ok(Mode::Ecb)
    } else if is(mode, "CBC") && padded {
        Ok(Mode::Cbc)
    } else if is(mode, "GCM") && plain {
        Ok(Mode::Gcm)
    } else {
        Err(SparkError::new(
            "UNSUPPORTED_FEATURE.AES_MODE",
            &[("mode", mode), ("padding", padding), ("functionName", BOTH)],
        ))
    }
}

fn xor(block: &mut [u8], other: &[u8]) {
    block.iter_mut().zip(other).for_each(|(a, b)| *a ^= b);
}

fn unpadded(mut plain: Vec<u8>) -> Result<Vec<u8>> {
    let padding = plain.last().copied().map_or(0, usize::from);
    if plain.is_empty() {
        return Ok(plain);
    }
    let start = plain.len().checked_sub(padding);
    let is_padded = |start: &usize| {
        (1..=BLOCK).contains(&padding) && plain[*start..].iter().all(|b| usize::from(*b) == padding)
    };
    let Some(start) = start.filter(is_padded) else {
        return Err(wrong(
            "Given final block not properly padded. Such issues can arise if a bad key is used during decryption.",
        ));
    };
    plain.truncate(start);
    Ok(plain)
}

fn wrong(message: &str) -> SparkError {
    SparkError::new(
        "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR",
        &[
            ("parameter", "`expr`, `key`"),
            ("functionName", BOTH),
            ("detailMessage", message),
        ],
    )
}

/// Random bytes: a cipher must not start from the same ones twice.
fn random(count: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(count + 8);
    while bytes.len() < count {
        bytes.extend_from_slice(&fresh_seed().to_be_bytes());
    }
    bytes.truncate(count);
    bytes
}
