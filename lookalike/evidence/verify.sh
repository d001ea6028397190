#!/bin/sh
# 用 Debian 自带的工具核验本证据包：sha256sum sha512sum cksum（coreutils 9 以上）openssl unzip gzip find
# 用法：sh verify/verify.sh [按纸质回执核对过指纹的根证书.pem]
# 退出码：0 全部一致；1 有不一致；2 有项目无法核验
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.." || exit 2
bad=0
unchecked=0
ROOT=$1

pass() { echo "[通过] $1"; }
fail() { echo "[不符] $1"; bad=1; }
skip() { echo "[未核验] $1"; unchecked=1; }

check() { # 名称 命令…
    name=$1
    shift
    if out=$("$@" 2>&1); then pass "$name"; else fail "$name"; echo "$out" | grep -v ': OK$' | sed 's/^/    /'; fi
}

for tool in sha256sum sha512sum openssl unzip gzip find; do
    command -v "$tool" >/dev/null || { echo "缺少工具：$tool"; exit 2; }
done

check "标签清单 tagmanifest-sha256.txt" sha256sum --strict --quiet -c tagmanifest-sha256.txt
check "载荷清单 manifest-sha256.txt" sha256sum --strict --quiet -c manifest-sha256.txt
check "载荷清单 manifest-sha512.txt" sha512sum --strict --quiet -c manifest-sha512.txt
if cksum -a sm3 /dev/null >/dev/null 2>&1; then
    check "国密清单 verify/SM3SUMS" cksum --strict --quiet -c verify/SM3SUMS
else
    while read -r line; do
        file=${line#SM3 (}
        file=${file%) = *}
        [ "$(openssl dgst -sm3 -r "$file" 2>/dev/null | cut -d' ' -f1)" = "${line##* = }" ] || fail "国密 SM3：$file"
    done <verify/SM3SUMS
fi

listed=$(cut -c67- manifest-sha256.txt | sort)
found=$(find data ! -type d | sort)
if [ "$listed" = "$found" ]; then pass "data 下没有多出或缺少的文件"; else fail "data 下的文件与清单不同"; fi
odd=$(find . ! -type f ! -type d)
if [ -z "$odd" ]; then pass "没有链接或特殊文件"; else fail "有链接或特殊文件：$odd"; fi
count=$(find . -maxdepth 1 ! -name . | wc -l)
expected="bag-info.txt bagit.txt data manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt verify"
for file in $(find . -maxdepth 1 ! -name . | sed 's|^\./||'); do
    case " $expected " in *" $file "*) ;; *) fail "根目录多出：$file" ;; esac
done
[ "$count" -eq 7 ] || fail "根目录应有 7 项，实有 $count 项"

for wacz in $(find data -name '*.wacz'); do
    if unzip -tqq "$wacz" >/dev/null 2>&1 && unzip -p "$wacz" archive/capture.warc.gz | gzip -t 2>/dev/null; then
        pass "网页存档 $wacz"
    else
        fail "网页存档 $wacz"
    fi
done

if [ -f verify/stamps-sha256.txt ]; then
    check "时间戳与签名文件" sha256sum --strict --quiet -c verify/stamps-sha256.txt
fi
for reply in $(find verify -name '*.tsr' | sort); do
    query=${reply%.tsr}.tsq
    root=${ROOT:-$(echo "$reply" | sed 's|tagmanifest-[a-z0-9]*-tsa\([0-9]*\)\.tsr$|tsa-\1-root.pem|')}
    when=$(openssl ts -reply -in "$reply" -text 2>/dev/null | sed -n 's/^Time stamp: //p')
    at=$(date -u -d "$when" +%s 2>/dev/null)
    if openssl ts -verify -data tagmanifest-sha256.txt -in "$reply" -CAfile "$root" -attime "$at" >/dev/null 2>&1 &&
        { [ ! -f "$query" ] ||
            openssl ts -verify -queryfile "$query" -in "$reply" -CAfile "$root" -attime "$at" >/dev/null 2>&1; }; then
        pass "可信时间戳 $reply：$when"
        [ -n "$ROOT" ] || skip "根证书 $root 未与纸质回执核对，其指纹：$(openssl x509 -in "$root" -noout -fingerprint -sha256 | cut -d= -f2)"
    else
        fail "可信时间戳 $reply"
    fi
done
if [ -z "$(find verify -name '*.tsr')" ]; then
    if grep -q '^Time-Stamp-Authorities: none$' bag-info.txt; then
        echo "[说明] 时间戳：导出单位未配置可信时间戳服务"
    else
        skip "时间戳：待加盖"
    fi
fi
if [ -f verify/signature.p7s ]; then
    if openssl cms -verify -binary -inform DER -in verify/signature.p7s -content tagmanifest-sha256.txt -noverify -out /dev/null 2>/dev/null; then
        pass "单位签名（签名与内容一致；证书请另行核对：openssl pkcs7 -inform DER -in verify/signature.p7s -print_certs）"
    else
        fail "单位签名"
    fi
fi

[ "$bad" -eq 0 ] || { echo "结论：有不一致"; exit 1; }
[ "$unchecked" -eq 0 ] || { echo "结论：已核验部分一致，另有项目未核验"; exit 2; }
echo "结论：全部一致"
