"""A model small enough for two cores: random weights in the shape of Llama, a tokenizer trained here, a chat
template in the manner of Qwen3. It answers in noise, but each token depends on all before it, and answers end."""

import json
import pydoc_data.topics

LAYERS, HIDDEN, HEADS, HEAD_DIM, MLP, VOCABULARY = 2, 64, 2, 32, 128, 8192
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", "<tool_call>", "</tool_call>"]
END, END_OF_THOUGHT = SPECIAL.index("<|im_end|>"), SPECIAL.index("</think>")

CHAT_TEMPLATE = """\
{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}

{% endif %}# Tools
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}<|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == 'system' %}{% if not loop.first %}{{ raise_exception('System message must be at the beginning.') }}{% endif %}
{%- elif message.role == 'assistant' %}<|im_start|>assistant
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
<tool_call>
<function={{ call.function.name }}>{{ call.function.arguments | tojson }}</function>
</tool_call>
{%- endfor %}<|im_end|>
{% elif message.role == 'tool' %}<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% else %}<|im_start|>user
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% if enable_thinking is defined and not enable_thinking %}<think>

</think>

{% else %}<think>
{% endif %}{% endif %}"""


def write(folder, window=65536, end=3.0):
    """The model's folder, as `vllm serve` takes it; `end` is how much likelier than others the end is."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "float32",
        "vocab_size": VOCABULARY, "hidden_size": HIDDEN, "intermediate_size": MLP, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "head_dim": HEAD_DIM,
        "max_position_embeddings": window, "rms_norm_eps": 1e-6, "rope_theta": 10000.0,
        "hidden_act": "silu", "tie_word_embeddings": False, "bos_token_id": 0, "eos_token_id": END,
    }
    _json(folder / "config.json", config)
    _json(folder / "generation_config.json", {"do_sample": True, "temperature": 1.0, "eos_token_id": END})
    _json(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
        "model_max_length": window, "clean_up_tokenization_spaces": False, "chat_template": CHAT_TEMPLATE,
    })
    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    line_ends = [number for number in range(VOCABULARY) if set(tokenizer.decode([number])) == {"\n"}]
    _weights(folder / "model.safetensors", end, line_ends)
    return folder


def _json(path, value):
    path.write_text(json.dumps(value, indent=1))


def _tokenizer():
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=[AddedToken(word, special=True) for word in SPECIAL],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    # English about programs, which every Python brings along.
    tokenizer.train_from_iterator(pydoc_data.topics.topics.values(), trainer)
    return tokenizer


def _weights(path, end, line_ends):
    import numpy as np
    from safetensors.numpy import save_file

    random = np.random.default_rng(0)

    def matrix(rows, columns, gain=1.0):
        return (random.standard_normal((rows, columns)) * gain / columns ** 0.5).astype(np.float32)

    tensors = {"model.norm.weight": np.ones(HIDDEN, np.float32)}
    embedding = random.standard_normal((VOCABULARY, HIDDEN)).astype(np.float32)
    head = matrix(VOCABULARY, HIDDEN, gain=1.5)
    # One number is the same in every state, so that its weight raises a token's chance everywhere: thoughts and
    # answers end after a few tokens. Another is there behind an end of line only, with which every prompt ends: an
    # answer has a token at least.
    embedding[:, :2] = [4.0, 0.0]
    embedding[line_ends, 1] = 4.0
    head[:, :2] = 0.0
    head[[END, END_OF_THOUGHT], :2] = [end, -8.0]
    tensors["model.embed_tokens.weight"] = embedding
    tensors["lm_head.weight"] = head
    for layer in range(LAYERS):
        name = f"model.layers.{layer}."
        for part in ("input_layernorm", "post_attention_layernorm"):
            tensors[f"{name}{part}.weight"] = np.ones(HIDDEN, np.float32)
        for part in "qkvo":
            # Attention that prefers some tokens, with values large enough to change what comes next.
            tensors[f"{name}self_attn.{part}_proj.weight"] = matrix(HIDDEN, HIDDEN, gain=1.5)
        for part, shape in (("gate", (MLP, HIDDEN)), ("up", (MLP, HIDDEN)), ("down", (HIDDEN, MLP))):
            tensors[f"{name}mlp.{part}_proj.weight"] = matrix(*shape)
        # What the layers add leaves these two alone.
        tensors[f"{name}self_attn.o_proj.weight"][:2] = 0.0
        tensors[f"{name}mlp.down_proj.weight"][:2] = 0.0
    save_file(tensors, path, metadata={"format": "pt"})
